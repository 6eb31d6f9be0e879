import { describe, expect, it } from 'vitest';
import { readOffCpuBpftrace, wantedOfOffCpuBpftrace } from '../../../src/lib/sources/bpftrace/off-cpu.ts';
import { offCpuBpftrace } from '../../../src/lib/sources/bpftrace/programs.ts';
import { pieces } from '../../pieces.ts';
import { drawnOf, inFunction, offRows, otherThanUnreported, secondsOf, waitsContext, waitsFile } from './waits.ts';

const output = waitsFile('off-cpu.json');
const PID = Number(/"@process": \{"\d+": (\d+)/.exec(output.toString())?.[1]);
const read = async (bytes: Uint8Array | string, context = waitsContext(PID)) => {
  const found = await readOffCpuBpftrace(pieces(Buffer.from(bytes), 4096), context);
  return { ...found, rows: offRows(found.table) };
};
const line = (text: string): string => `${JSON.stringify({ type: 'printf', data: text })}\n`;
const map = (data: unknown): string => `${JSON.stringify({ type: 'map', data })}\n`;

describe('off-CPU time by bpftrace', () => {
  it('names the functions that wait, their states and who woke them', async () => {
    const { rows, warnings, span } = await read(output);
    const wall = (span?.to ?? 0) - (span?.from ?? 0);
    for (const [comm, name] of [
      ['disk', 'waits_for_disk'],
      ['lock', 'waits_for_lock'],
      ['owner', 'holds_the_lock'],
    ] as const) {
      const share = secondsOf(rows, inFunction(name)) / wall;
      expect(share, name).toBeGreaterThan(0.93);
      expect(share, name).toBeLessThanOrEqual(1);
      expect(new Set(rows.filter(inFunction(name)).map((row) => row.comm))).toEqual(new Set([comm]));
    }
    const woken = rows.filter((row) => row.comm === 'lock' && row.state === 'sleeping');
    expect(woken.map(({ waker }) => waker)).toContain('owner');
    expect(otherThanUnreported(warnings)).toEqual([]);
  });

  it('draws kernel frames as such, and says where in the program the time passes', async () => {
    const { table } = await read(output);
    const { say, kindOf } = drawnOf(table, 'lock');
    expect(say).toMatch(/^Of \d+\.\d\d s off CPU, \d+\.\d % is spent in \w*futex\w*, mostly below [^.]*waits_for_lock/);
    expect([kindOf('__schedule'), kindOf('waits_for_lock')]).toEqual(['kernel', 'user']);
  });

  it('counts the intervals that are open at the ends of the capture: a thread that waits is off CPU all the time', async () => {
    const { rows, span } = await read(output);
    const wall = (span?.to ?? 0) - (span?.from ?? 0);
    for (const comm of ['disk', 'lock', 'owner'])
      expect(secondsOf(rows, (row) => row.comm === comm) / wall, comm).toBeCloseTo(1, 1);
    const hogs = ['hot', 'cold'].map((comm) => secondsOf(rows, (row) => row.comm === comm) / wall);
    // They share one CPU: together they are off CPU as long as the other one runs.
    expect((hogs[0] ?? 0) + (hogs[1] ?? 0)).toBeGreaterThan(0.9);
    expect(rows.filter((row) => row.comm === 'hot' && row.stack !== undefined).map(({ state }) => state)).not.toContain(
      'sleeping',
    );
  });

  it('keeps the rows before the damage wherever the output is cut', async () => {
    const whole = await read(output);
    let before = 0;
    for (let i = 0; i < 50; i++) {
      const { rows, warnings } = await read(output.subarray(0, Math.floor((output.length * i) / 50)));
      expect(rows.length).toBeGreaterThanOrEqual(before);
      expect(warnings.length).toBeGreaterThan(0);
      before = rows.length;
    }
    expect(whole.rows.length).toBeGreaterThan(before);
    expect(otherThanUnreported(whole.warnings)).toEqual([]);
  });

  it('says which binaries symbolizing needs, and a process that maps each', async () => {
    const { binaries } = await wantedOfOffCpuBpftrace(pieces(output, 4096), waitsContext(PID).maps);
    expect(binaries).toMatchObject([{ name: '/tmp/fbf-waits/waits', pids: [PID] }]);
  });

  it('leaves frames without a name if nothing is known of the process, and says so', async () => {
    const { rows, warnings } = await read(output, { start: 0, maps: new Map(), symbols: '' });
    const [first] = rows.filter(({ comm, stack }) => comm === 'disk' && stack !== undefined);
    expect(first?.stack).toMatch(/^\[unknown\];.*;schedule;__schedule$/);
    expect(otherThanUnreported(warnings)).toEqual([
      `user frames of processes whose /proc/PID/maps was not read have no names: ${PID}`,
    ]);
  });

  it('tells sums from counts in one number, beyond 2^53 too', async () => {
    const sum = (3_600_000_000_000n << 20n) + 7n;
    const text =
      line('begin 1000000000 1 0 64') +
      line('until 2000000000') +
      `{"type": "map", "data": {"@sum0": {"7,3,1,\\n\\tffffffff81000001 a+1\\n,": ${sum}}}}\n` +
      map({ '@process': { 7: 5 } }) +
      map({ '@comm': { 7: 'one' } });
    const { rows } = await read(text, { start: 1, maps: new Map(), symbols: '' });
    expect(rows).toEqual([
      {
        t: 0,
        seconds: 3600,
        count: 7,
        pid: 5,
        tid: 7,
        comm: 'one',
        state: 'blocked',
        waker: 'swapper',
        waker_tid: 0,
        stack: 'a',
      },
    ]);
  });

  it('reads keys that bpftrace 0.22 and 0.23 escape twice, with raw addresses', async () => {
    const text =
      line('begin 1 1 0 64') +
      line('until 2') +
      `{"type": "map", "data": {"@sum0": {"9,2,1,\\\\n\\\\tffffffff81000001 a+1\\\\n,\\\\n401859\\\\n41c09c\\\\n": 1048577}}}\n` +
      map({ '@process': { 9: PID } }) +
      line('end 3');
    const { rows } = await read(text);
    expect(rows.map(({ stack }) => stack)).toEqual([expect.stringMatching(/^start_thread;runs_hot;/)]);
  });

  it('says how many switches the kernel did not report', async () => {
    const text =
      line('begin 1 1 0 64') + line('until 2') + map({ '@estimated': 5 }) + map({ '@missed': 2 }) + line('end 3');
    const { warnings } = await read(text);
    expect(warnings).toEqual([
      'the kernel did not report 5 switches: these intervals end when the thread was woken',
      '2 intervals were left out: a switch at their begin or end was not reported',
    ]);
  });

  it('says when a map was full, when stacks had no room and when events were lost', async () => {
    const sums = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`${i + 1},1,0,,`, (1_000_000 << 20) + 1]));
    const text =
      line('begin 1 1 0 16') +
      line('until 2') +
      map({ '@sum0': sums }) +
      line('end 3') +
      `{"type": "lost_events", "data": {"events": 4}}\n`;
    const { warnings, lost } = await read(text);
    expect(warnings).toContain('a map of bpftrace was full: some intervals were not counted');
    expect(warnings.join()).toMatch(/no room for the stacks of/);
    expect(lost).toEqual({ records: 0, samples: 4 });
  });
});

describe('the program', () => {
  const textOf = (options: Parameters<typeof offCpuBpftrace>[0]): string => offCpuBpftrace(options).argv[6] ?? '';

  it('tests the target in its text and takes numbers only', () => {
    expect(textOf({ target: { pids: [12, 34] } })).toContain('$prev != 0 && (pid == 12 || pid == 34)');
    expect(textOf({ target: { cgroup: { path: '/a', id: 77 } } })).toContain('(cgroup == 77)');
    expect(textOf({})).toContain('$prev != 0 && (1)');
    expect(() => offCpuBpftrace({ target: { pids: [] } })).toThrow('expected 1 to 64 processes, got 0');
    expect(() => offCpuBpftrace({ target: { pids: [1.5] } })).toThrow('expected a whole number from 1 on, got 1.5');
  });

  it('leaves the probe of wakeups out on request', () => {
    expect(textOf({})).toContain('sched_waking');
    expect(textOf({ wakers: false })).not.toContain('sched_waking');
    expect(textOf({ wakers: false })).toContain('sched_process_fork');
  });
});
