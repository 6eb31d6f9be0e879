import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/lib/answer/stacks.ts';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { valueAt, type Table } from '../../../src/lib/columns/column.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { offCpuColumns } from '../../../src/lib/sources/formats/off-cpu-columns.ts';
import { MISSED } from '../../../src/lib/sources/ftrace/page-layout.ts';
import { pidsOfOffCpuFtrace, readOffCpuFtrace, wantedOfOffCpuFtrace } from '../../../src/lib/sources/ftrace/off-cpu.ts';
import { offCpuFtrace } from '../../../src/lib/sources/ftrace/off-cpu-program.ts';
import { readFtrace } from '../../../src/lib/sources/ftrace/read.ts';
import { stackAddresses } from '../../../src/lib/sources/ftrace/stack-addresses.ts';
import { stackRows } from '../../../src/lib/sources/ftrace/switch-stacks.ts';
import { pieces } from '../../pieces.ts';
import { drawnOf, inFunction, offRows, otherThanUnreported, secondsOf, waitsFile } from './waits.ts';

const output = waitsFile('ftrace/switches.ftrace');
const told = waitsFile('ftrace/waits.txt').toString();
const PID = Number(/^process (\d+)$/m.exec(told)?.[1]);
const symbols = join(packageRoot, 'fixtures', 'off-cpu', 'ftrace', 'symbols');
const maps = new Map([[PID, waitsFile('ftrace/maps').toString()]]);
const read = async (bytes: Uint8Array, context: Partial<Parameters<typeof readOffCpuFtrace>[1]> = {}) => {
  const found = await readOffCpuFtrace(pieces(bytes, 65_536), { start: 0, maps, symbols, ...context });
  return { ...found, rows: offRows(found.table) };
};

/** A copy in which the first page after the middle of the capture says that events are missing before it. */
const withLoss = (): { readonly bytes: Buffer; readonly at: number } => {
  const bytes = Buffer.from(output);
  const page = bytes.indexOf('\n', bytes.indexOf('@cpu', output.length / 2)) + 1;
  bytes.writeUInt32LE((bytes.readUInt32LE(page + 8) | MISSED) >>> 0, page + 8);
  return { bytes, at: Number(bytes.readBigUInt64LE(page)) / 1e9 };
};

describe('off-CPU time by Ftrace', () => {
  it('gives each function the time that the program itself measured', async () => {
    const { rows, warnings, table } = await read(output);
    const names = told.matchAll(/^function (\S+) (\S+)$/gm).toArray();
    expect(names).toHaveLength(3);
    for (const [, name = '', seconds] of names) {
      const got = secondsOf(rows, (row) => row.pid === PID && inFunction(name)(row));
      expect(Math.abs(got / Number(seconds) - 1), name).toBeLessThan(0.02);
    }
    expect(Object.keys(table.data)).toEqual(Object.keys(offCpuColumns));
    // The recording has the switches between its threads and others, whose mappings are not in the fixture.
    expect(otherThanUnreported(warnings)).toEqual([expect.stringMatching(/^user frames of processes whose .* was not read/)]); // prettier-ignore
  });

  it('gives each thread the time that it lived and did not run', async () => {
    const { rows } = await read(output);
    const threads = told.matchAll(/^thread (\d+) (\S+) (\S+)$/gm).toArray();
    expect(threads).toHaveLength(5);
    for (const [, tid, lived, ran] of threads) {
      const off = secondsOf(rows, (row) => row.tid === Number(tid));
      // CPU time is counted in the thread, and the switches are not: 1 %, and 2 ms for starting the thread.
      expect(Math.abs(off - (Number(lived) - Number(ran))), `thread ${tid}`).toBeLessThan(0.01 * Number(lived) + 0.002);
    }
  });

  it('names process, thread, state and waker, and ends each stack in the switch', async () => {
    const { rows } = await read(output);
    const of = (name: string) => rows.filter(({ comm }) => comm === name);
    const hot = of('hot');
    expect(secondsOf(hot, ({ state }) => state === 'runnable') / secondsOf(hot, () => true)).toBeGreaterThan(0.9);
    const woken = of('lock').filter(({ state }) => state === 'sleeping');
    expect(woken.map(({ waker }) => waker)).toContain('owner');
    expect(new Set(['disk', 'lock', 'owner', 'hot', 'cold'].flatMap(of).map(({ pid }) => pid))).toEqual(new Set([PID]));
    const stacks = rows.flatMap(({ pid, stack }) => (pid === PID ? (stack ?? []) : []));
    expect(stacks.length).toBeGreaterThan(50);
    for (const stack of stacks) expect(stack).toMatch(/;__schedule$/);
  });

  it('draws kernel frames as such, and its rows have a health', async () => {
    const { table, rows } = await read(output);
    const { say, kindOf } = drawnOf(table, 'lock');
    expect(say).toMatch(/^Of \d+\.\d\d s off CPU, \d+\.\d % is spent in \w*futex\w*, mostly below [^.]*waits_for_lock/);
    expect([kindOf('__schedule'), kindOf('waits_for_lock')]).toEqual(['kernel', 'user']);
    const health = healthOf(table).table;
    const { pid, samples } = health.data;
    expect([pid, samples].map((column) => column && valueAt(column, 0))).toEqual([
      PID,
      rows.filter((row) => row.pid === PID && row.stack !== undefined).length,
    ]);
  });

  it('says whose mappings it needs, and which symbols', async () => {
    expect(await pidsOfOffCpuFtrace(pieces(output, 65_536))).toContain(PID);
    const wanted = await wantedOfOffCpuFtrace(pieces(output, 65_536), maps);
    expect(wanted.binaries.map(({ name }) => name)).toContain('/tmp/fbf-waits/waits');
    expect(wanted.kernel).toBe(true);
    const { rows } = await read(output, { maps: new Map() });
    expect(rows.find(({ comm, stack }) => comm === 'disk' && stack !== undefined)?.stack).toMatch(/^\[unknown\];.*;schedule;__schedule$/); // prettier-ignore
  });

  it('counts times from the start of the recording', async () => {
    const { span, rows } = await read(output);
    const later = await read(output, { start: (span?.from ?? 0) - 5 });
    expect(later.span?.from).toBeCloseTo(5, 6);
    expect((later.rows[0]?.t ?? 0) - (rows[0]?.t ?? 0)).toBeCloseTo(5 - (span?.from ?? 0), 6);
  });

  it('keeps the intervals before the damage wherever the file is cut', async () => {
    let before = 0;
    for (let i = 1; i < 50; i++) {
      const { rows, warnings } = await read(output.subarray(0, Math.floor((output.length * i) / 50)));
      expect(warnings.length, `${i}/50`).toBeGreaterThan(0);
      // An interval that is open at the cut ends at the last switch before it: rows of threads do not vanish.
      expect(rows.length).toBeGreaterThanOrEqual(Math.max(0, before - 8));
      before = rows.length;
    }
    expect(before).toBeGreaterThan(50);
  });

  it('never invents a length across a loss', async () => {
    const whole = await read(output);
    const { bytes, at } = withLoss();
    const { rows, warnings } = await read(bytes);
    expect(rows.length).toBeLessThan(whole.rows.length);
    expect(rows.length).toBeGreaterThan(whole.rows.length / 2);
    expect(warnings.join('\n')).toMatch(/\d+ intervals \(\d+\.\d+ s\) were left out: switches were lost while they lasted/); // prettier-ignore
    for (const { t, seconds } of rows) expect(t > at - 1e-6 || t + seconds < at + 1e-6).toBe(true);
  });

  it('says how many events each CPU lost, and leaves everything out if nothing says when', async () => {
    const stats = Buffer.from(output.toString('latin1').replace('overrun: 0', 'overrun: 7'), 'latin1');
    const { rows, lost, warnings } = await read(stats);
    expect(rows).toEqual([]);
    expect(lost).toEqual({ records: 1, samples: 7 });
    expect(warnings).toContain('7 events of CPU 0 were lost: its ring buffer was full (bpftrace sums in the kernel instead)'); // prettier-ignore
  });

  it('is read in TypeScript as in WASM, kernel stacks of any length included', () => {
    const stacksOf = (wasm: boolean) =>
      readFtrace(bytesOf(output), { wasm }).events.map(({ event, table }) => [
        event,
        Array.from({ length: table.size }, (_, row) => table.data['caller'] && valueAt(table.data['caller'], row)),
      ]);
    expect(stacksOf(true)).toEqual(stacksOf(false));
    const kernel = stacksOf(true).find(([event]) => event === 'ftrace:kernel_stack')?.[1] as readonly string[];
    const lengths = new Set(kernel.map((text) => text.split(', ').length));
    expect(Math.max(...lengths)).toBeGreaterThan(8);
    expect(lengths.size).toBeGreaterThan(3);
    expect(kernel[0]).toMatch(/^\[1844674407\d{10},/);
  });
});

/** Events by time, CPU and thread. */
const events = (...rows: readonly (readonly [t: number, cpu: number, tid: number])[]): Table => {
  const column = (at: 0 | 1 | 2) => ({ kind: 'number', values: Float64Array.from(rows, (row) => row[at]) }) as const;
  return { size: rows.length, data: { t: column(0), cpu: column(1), tid: column(2) }, docs: {} };
};

describe('the stack of a switch', () => {
  it('is the one that follows it on its CPU, of its thread', () => {
    const switches = events([1, 0, 5], [1.1, 1, 6], [2, 0, 7], [3, 0, 8]);
    const stacks = events([1.05, 0, 5], [1.15, 1, 6], [2.1, 0, 9], [3, 0, 8], [3.1, 0, 8]);
    expect([...stackRows(switches, [], stacks)]).toEqual([0, 1, -1, 3]);
  });

  it('is not that of a wakeup which the same thread caused after a switch without a stack', () => {
    const switches = events([1, 0, 5], [2, 0, 5]);
    const wakings = events([1.5, 0, 5], [2, 1, 5]);
    const stacks = events([1.6, 0, 5], [2.1, 0, 5]);
    expect([...stackRows(switches, [wakings], stacks)]).toEqual([-1, 1]);
  });

  it('has exact addresses, outermost first, up to the mark that ends it', () => {
    const of = (...names: readonly string[]) =>
      stackAddresses({ kind: 'text', codes: Uint8Array.from(names, (_, i) => i), names });
    const stacks = of('[18446744071578846517, 94324]', '[1, 18446744073709551615, 7]', '[1, 2, 0, 0]', '[]');
    expect(stacks.addresses(0)).toEqual([[0, 94324], [0xffffffff, 0x81000535]]); // prettier-ignore
    expect(stacks.addresses(1)).toEqual([[0, 1]]);
    expect(stacks.addresses(2)).toEqual([[0, 2], [0, 1]]); // prettier-ignore
    expect(stacks.addresses(3)).toEqual([]);
    expect(stacks.code(-1)).toBe(-1);
  });
});

describe('the program', () => {
  it('asks for the stacks of switches alone where the trigger writes into its instance', () => {
    const settings = (kernel: string) => offCpuFtrace({ kernel }).argv.filter((word) => word.startsWith('set='));
    const user = 'set=options/userstacktrace 1';
    expect(settings('6.18.44')).toEqual([user, 'set=events/sched/sched_switch/trigger stacktrace']);
    expect(settings('5.10.0-9-amd64')).toEqual([user, 'set=options/stacktrace 1']);
    expect(offCpuFtrace({ kernel: '6.1' }).typed).toContain('echo stacktrace > events/sched/sched_switch/trigger\n');
  });
});
