import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AskOptions } from '../../../src/lib/api.ts';
import { connect } from '../../../src/lib/index.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { askedFor } from '../../../src/lib/session/names.ts';
import { needOf } from '../../../src/lib/session/need.ts';
import { planLive } from '../../../src/lib/session/plan/live.ts';
import { programOrders } from '../../../src/lib/session/program-orders.ts';
import { typed } from '../../../src/lib/session/by-program.ts';
import { ALL, brief, type Connected, found, LOAD } from './connected.ts';

const needFor = (names: readonly string[], options: AskOptions) =>
  needOf(Object.fromEntries(names.map((name) => [name, askedFor(name)])), options);

const plan = (host: Connected, names: readonly string[], options: AskOptions = {}) =>
  planLive(host, needFor(names, options));

describe('the plan of an ask', () => {
  test('has a row for each program that is tried in turn by the same tool', async () => {
    const host = found(ALL, { user: 'root' });
    const access = { ...host.access, pmu: 'cpu' };
    const steps = await plan({ ...host, access }, ['cpu-counters']);
    expect(brief(steps).slice(0, 3)).toEqual([
      'cpu-counters run perf',
      'cpu-counters run if that fails perf',
      'cpu-counters run if that fails perf',
    ]);
    expect(brief(steps).join()).not.toContain('fetch afterwards');
    expect(steps[0]?.command).toContain('-M TopdownL1');
    expect(steps[0]?.overhead).toContain('perf reads the counts of each CPU once a second');
    expect(steps[2]?.command).not.toContain('-M');
  });

  test('has a row for each program that would run, what runs if it fails, what is read and what is written', async () => {
    const steps = await plan(found(ALL, { user: 'root' }), ['cpu-profile', 'iostat']);
    expect(brief(steps)).toEqual([
      'cpu-profile run perf',
      'cpu-profile run if that fails bpftrace',
      'cpu-profile fetch afterwards the recorder',
      'cpu-profile skip inspector',
      'processes read perl, files kept open',
      'proc.diskstats read perl, files kept open',
      'recording write here fbf',
    ]);
    const [perf, , , , , disks, written] = steps;
    expect(perf).toMatchObject({ right: 'root, the login', hz: 49, stays: 'nothing' });
    expect(perf?.overhead).toContain('at most 196 samples/s on 4 CPUs, at most 0.0784 % of one CPU');
    expect(disks).toMatchObject({ command: '/proc/diskstats', hz: 1, overhead: '10 s' });
    expect(written?.command).toMatch(/\/TIME-web1_.._x-ID$/);
  });

  test('has the command that the ask would start', async () => {
    for (const options of [
      {},
      { hz: 99, callgraph: 'dwarf' },
      { tool: 'bpftrace' },
      { target: { pid: [7, 8] } },
    ] as const) {
      const host = found(ALL, { user: 'root' });
      const [order] = await programOrders(host as never, needFor(['cpu-profile'], options), () => Promise.resolve([]));
      const runs = (await plan(host, ['cpu-profile'], options)).filter(({ step }) => step.startsWith('run'));
      expect(runs.map(({ command }) => command)).toEqual(order?.ways.map(typed));
    }
  });

  test('profiles a Node process without a perf map by its inspector, if the caller allows it', async () => {
    const options = { target: { pid: 7 }, allow: ['debugger'] } as const;
    const first = async (words: string, given: AskOptions = options): Promise<string | undefined> =>
      brief(await plan(found(ALL, { user: 'root', load: LOAD + words }), ['cpu-profile'], given))[0];
    expect(await first('node\n')).toBe('cpu-profile run inspector');
    expect(await first('node\nmap\n')).toBe('cpu-profile run perf');
    expect(await first('unseen\n')).toBe('cpu-profile run perf');
    expect(await first('node\n', { target: { pid: 7 } })).toBe('cpu-profile run perf');
    expect(await first('node\n', { ...options, target: { pid: [7, 8] } })).toBe('cpu-profile run perf');
    const [step] = await plan(found(ALL, { load: LOAD }), ['cpu-profile'], { ...options, tool: 'inspector' });
    expect(step).toMatchObject({ step: 'skip', tool: 'perf' });
    const host = found(ALL, { user: 'root', load: `${LOAD}node\n` });
    const [order] = await programOrders(host as never, needFor(['cpu-profile'], options), () => Promise.resolve([]));
    expect(order?.ways.map(({ tool }) => tool)).toEqual(['inspector', 'perf', 'bpftrace']);
    expect(order?.skipped).toEqual([]);
  });

  test('says which tools are skipped, why, and what would help', async () => {
    const steps = await plan(found(['perl', 'perf']), ['cpu-profile']);
    expect(brief(steps).slice(0, 2)).toEqual(['cpu-profile skip perf', 'cpu-profile skip bpftrace']);
    expect(steps[0]?.why).toMatch(/perf_event_paranoid is 2.*what would help: connect as root/);
    expect(steps[1]?.why).toContain('bpftrace is not installed; what would help: install it: sudo apt-get install');
  });

  test('has what the events that a tracer sees would cost now, and the memory that it needs', async () => {
    const steps = await plan(found(ALL, { user: 'root' }), ['off-cpu']);
    expect(brief(steps).slice(0, 2)).toEqual(['off-cpu run bpftrace', 'off-cpu run if that fails perf']);
    expect(steps[0]?.overhead).toContain(
      'now 5,000 context switches/s, about 3.05 % of one CPU; about 120 MB of memory',
    );
    expect(steps[0]?.overhead).toContain('above 5 % of one CPU (maxCpu) it would not be started, or be stopped');
  });

  test('measures once per connected host what kernel work costs there, and scales the costs by it', async () => {
    const asked: string[] = [];
    const said = `${LOAD}work\tGNU\t512\t11600000\n`;
    const host: Connected = {
      ...found(ALL, { user: 'root' }),
      sh: (script) => {
        asked.push(script);
        return Promise.resolve({ status: 0, stdout: Buffer.from(asked.length === 1 ? said : LOAD), stderr: '' });
      },
    };
    for (const which of ['first', 'second']) {
      const steps = await plan(host, ['off-cpu']);
      expect(steps.find(({ tool }) => tool === 'perf')?.why, which).toContain('5,000 context switches/s (measured for 0.2 s, 13 us each on this host) would cost about 6.45 %'); // prettier-ignore
    }
    expect(asked.map((script) => /^calibrates=(.*)$/m.exec(script)?.[1])).toEqual(["'1'", "''"]);
  });

  test('skips what would cost more than the limits, with the figures and with what would help', async () => {
    const busy = found(ALL, { user: 'root', load: LOAD.replace('6000', '105000') });
    const steps = await plan(busy, ['off-cpu']);
    expect(brief(steps).slice(0, 2)).toEqual(['off-cpu skip bpftrace', 'off-cpu skip perf']);
    expect(steps[0]?.why).toMatch(/500,000 context switches\/s \(measured for 0\.2 s, 6\.1 us each, not calibrated\) would cost about 305 % of one CPU, more than maxCpu \(5 %\); what would help: target: .*maxCpu: '382%'.*wait-samples/); // prettier-ignore
    expect(brief(await plan(busy, ['off-cpu'], { maxCpu: '382%' }))[0]).toBe('off-cpu run bpftrace');
    const small = await plan(found(ALL, { user: 'root' }), ['off-cpu'], { maxMemory: '100MB' });
    expect(brief(small)).toContain('off-cpu run perf');
    expect(small.find(({ step }) => step === 'skip')?.why).toContain(
      'it needs about 120 MB of memory, more than maxMemory (100 MB)',
    );
  });

  test('names the user: the login, root by sudo, and what sudo leaves in the log', async () => {
    const rightOf = async (tools: readonly string[], options: AskOptions) =>
      (await plan(found(tools), ['iostat'], options)).find(({ question }) => question === 'proc.diskstats');
    expect((await rightOf(['perl'], {}))?.right).toBe('web; files that it may not read are left out');
    const sudo = await rightOf(['perl', 'sudo'], { allow: ['sudo'] });
    expect(sudo).toMatchObject({ right: 'root by sudo; web if sudo refuses' });
    expect(sudo?.stays).toContain('system log');
    expect((await rightOf(['perl'], { allow: ['sudo'] }))?.right).toMatch(/^web; sudo is not installed/);
  });

  test('says that processes are looked up first where a target names no pid', async () => {
    const steps = await plan(found(ALL, { user: 'root' }), ['cpu-profile'], { target: { name: 'nginx' } });
    expect(brief(steps)[0]).toBe('cpu-profile look up the sampler');
    expect(steps[1]?.command).toMatch(/-p PID$/);
    expect(steps[2]?.command).toContain('pid == PID');
  });

  test('has the limits of the call', async () => {
    const steps = await plan(found(ALL), ['pidstat'], { seconds: 60, maxCpu: '5%', maxBytes: '500MB' });
    expect(steps.find(({ question }) => question === 'proc.pid')?.overhead).toMatch(/^60 s; .*below 5 % of one CPU/);
    expect(steps.at(-1)?.overhead).toBe('500 MB; then the capture ends');
  });

  test('of a recording names what is read of it, and what it does not have', async () => {
    const host = await connect(`recording:${join(packageRoot, 'fixtures', 'idle')}`);
    const answer = await host.plan({ disk: 'iostat', cpu: 'cpu-profile' } as never);
    const rows = answer.rows();
    expect(rows.map(({ question, step, command }) => `${question} ${step} ${command}`)).toEqual([
      'cpu-profile skip ',
      'proc.diskstats read segments/proc.diskstats',
    ]);
    expect(answer.say).toMatch(/would read 1 source; .*cpu-profile: ask would refuse\. None of it was read or run$/);
    await host.close();
  });

  test('refuses an unknown question and an unknown tool as ask does', async () => {
    await expect(plan(found(ALL), ['cpu-profile'], { tool: 'prf' })).rejects.toThrow(/with tool.*perf/s);
    expect(() => needFor(['iosat'], {})).toThrow(/iostat/);
  });
});
