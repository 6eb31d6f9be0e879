import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AskOptions, OwnCall } from '../../../src/lib/api.ts';
import { connect } from '../../../src/lib/index.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { planLive } from '../../../src/lib/session/plan/live.ts';
import { ownCallIn, ownPlan } from '../../../src/lib/session/plan/own.ts';
import { programOrders } from '../../../src/lib/session/program-orders.ts';
import { typed } from '../../../src/lib/session/by-program.ts';
import { ALL, brief, type Connected, found } from './connected.ts';

const EVENTS = ['sched:sched_switch', 'sched:sched_waking', 'irq:softirq_entry'];
const TEXT = 'tracepoint:sched:sched_switch { @[args->prev_comm] = count(); }';

const root = found(ALL, { user: 'root' });

const needFor = (call: OwnCall, options: AskOptions = {}, { facts }: Connected = root) =>
  ownPlan(call, options).needFor({ events: () => Promise.resolve(EVENTS), about: { host: facts } } as never);

const plan = async (call: OwnCall, options: AskOptions = {}, host = root) =>
  planLive(host, await needFor(call, options, host));

describe('the plan of a program of your own', () => {
  test('has the program as one would type it, as whom it runs, its limits and what is written', async () => {
    const steps = await plan({ bpftrace: TEXT }, { seconds: 5, maxBytes: '20MB' });
    expect(brief(steps)).toEqual([
      'bpftrace run bpftrace',
      'processes read perl, files kept open',
      'recording write here fbf',
    ]);
    expect(steps[0]).toMatchObject({ right: 'root, the login', stays: 'nothing' });
    expect(steps[0]?.command).toBe(`bpftrace -f json -B line -\n${TEXT}\n`);
    expect(steps[0]?.overhead).toMatch(/^5 s, then up to \d+ s for its last output; at most 20 MB of output/);
  });

  test('has the commands that the call would start', async () => {
    const calls: readonly OwnCall[] = [
      { bpftrace: TEXT },
      { perf: ['stat', '-a'] },
      { perf: ['record', '-a', '-g'] },
      { run: ['ss', '-tan', "it's"] },
      { ftrace: { events: ['sched:*'], filter: { sched_switch: 'prev_pid > 0' }, target: { pid: 7 } } },
    ];
    for (const call of calls) {
      const [order] = await programOrders(root as never, await needFor(call), () => Promise.resolve([]));
      const runs = (await plan(call)).filter(({ step }) => step.startsWith('run'));
      expect(runs.map(({ command }) => command)).toEqual(order?.ways.map(typed));
      expect(runs).not.toEqual([]);
    }
  });

  test('has every file of an instance that would be written, and PID for a process that is looked up', async () => {
    const ftrace = { events: 'sched_*', filter: { sched_switch: 'prev_pid > 0' }, target: { name: 'nginx' } };
    const steps = await plan({ ftrace }, { seconds: 3 });
    expect(brief(steps).slice(0, 2)).toEqual(['ftrace look up the sampler', 'ftrace run Ftrace']);
    const { command = '', overhead = '' } = steps[1] ?? {};
    expect(command).toContain("echo 'prev_pid > 0' > events/sched/sched_switch/filter");
    expect(command).toContain('echo 1 > events/sched/sched_waking/enable');
    expect(command).toContain('ls /proc/PID/task');
    expect(overhead).toMatch(/^3 s, .*about \d+.* MB of memory/);
    expect(overhead).not.toContain('counted');
  });

  test('says what is fetched for the names of stacks', async () => {
    expect(brief(await plan({ perf: ['record', '-a', '-g'] }))).toContain('perf fetch afterwards the recorder');
    expect(brief(await plan({ perf: ['stat', '-a'] })).join()).not.toContain('fetch afterwards');
  });

  test('says why it would not start, and what would help', async () => {
    const bare = found(['perl']);
    const why = async (call: OwnCall) => (await plan(call, {}, bare)).find(({ step }) => step === 'skip')?.why;
    expect(await why({ perf: ['stat', '-a'] })).toMatch(
      /^perf is not installed; what would help: install it: sudo apt-get/,
    );
    expect(await why({ bpftrace: TEXT })).toMatch(/^bpftrace is not installed/);
    expect(await why({ ftrace: { events: 'sched_switch' } })).toMatch(/^only root may use tracefs/);
    expect(await why({ run: ['no-such-program'] })).toBeUndefined(); // only its start tells
  });

  test('is refused as the call would be', () => {
    expect(() => ownPlan({ bpftrace: ' ' }, {})).toThrow(/expected the text of a program/);
    expect(() => ownPlan({ perf: 'stat -a' as never }, {})).toThrow(/perf: expected a list of words/);
    expect(() => ownPlan({ run: [] }, {})).toThrow(/run: expected a list of words/);
    expect(() => ownPlan({ ftrace: { events: [] } }, {})).toThrow(/ftrace events: expected names of events/);
    expect(() => ownPlan({ ftrace: 'sched_switch' as never }, {})).toThrow(/ftrace: expected options in braces/);
    expect(() => ownPlan({ run: ['df'] }, { hz: 3 })).toThrow(/plan: unknown option hz/);
  });

  test('is told from questions, also from those with such a label', () => {
    const isOwn = (asked: unknown) => ownCallIn(asked) !== undefined;
    expect([{ bpftrace: TEXT }, { perf: ['stat'] }, { run: ['df'] }, { ftrace: { events: 'x' } }].map(isOwn)).toEqual([true, true, true, true]); // prettier-ignore
    expect(['off-cpu', { bpftrace: 'off-cpu', perf: 'cpu-profile' }, { bpftrace: 'ofcpu' }, {}].map(isOwn)).toEqual([false, false, false, false]); // prettier-ignore
    expect(() => ownCallIn({ perf: ['stat'], disk: 'iostat' })).toThrow(/expected one program of your own, got perf and disk/); // prettier-ignore
  });

  test('of a recording says that it has none', async () => {
    const host = await connect(`recording:${join(packageRoot, 'fixtures', 'idle')}`);
    const answer = await host.plan({ run: ['df', '-k'] });
    expect(answer.rows().map(({ question, step, why }) => `${question} ${step} ${why}`)).toEqual([
      'run skip it is not in this recording',
    ]);
    expect(answer.say).toMatch(
      /^run df on recording:.* would read 0 sources; it would be refused\. None of it was read or run$/,
    );
    await host.close();
  });
});
