import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/lib/answer/stacks.ts';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { readOffCpuPerf } from '../../../src/lib/sources/perf-data/off-cpu.ts';
import { cpuProfilePerf, offCpuPerf } from '../../../src/lib/sources/perf-data/programs.ts';
import { pieces } from '../../pieces.ts';
import {
  inFunction,
  drawnOf,
  offRows,
  otherThanUnreported,
  secondsOf,
  waitsContext,
  waitsFile,
} from '../sources/waits.ts';

const output = waitsFile('switches.data');
const told = waitsFile('waits.txt').toString();
const PID = Number(/^process (\d+)$/m.exec(told)?.[1]);
const context = waitsContext(PID);
const read = async (bytes: Uint8Array, start = 0) => {
  const found = await readOffCpuPerf(pieces(Buffer.from(bytes), 65_536), { ...context, start });
  return { ...found, rows: offRows(found.table) };
};
/** A LOST record of `samples` on a CPU at a time, with the trailer of the file's records. */
const RECORD_SAMPLE = 9;

describe('off-CPU time by perf', () => {
  it('gives each function the time that the program itself measured', async () => {
    const { rows, warnings } = await read(output);
    const names = told.matchAll(/^function (\S+) (\S+)$/gm).toArray();
    expect(names).toHaveLength(3);
    for (const [, name = '', seconds] of names) {
      const got = secondsOf(rows, (row) => row.pid === PID && inFunction(name)(row));
      expect(Math.abs(got / Number(seconds) - 1), name).toBeLessThan(0.02);
    }
    // The filter of the recording left switches of other threads out.
    expect(otherThanUnreported(warnings)).toEqual([]);
  });

  it('draws kernel frames as such, and says where in the program the time passes', async () => {
    const { table } = await read(output);
    const { say, kindOf } = drawnOf(table, 'lock');
    expect(say).toMatch(/^Of \d+\.\d\d s off CPU, \d+\.\d % is spent in \w*futex\w*, mostly below [^.]*waits_for_lock/);
    expect([kindOf('__schedule'), kindOf('waits_for_lock')]).toEqual(['kernel', 'user']);
  });

  it('keeps which binary each frame is in: the health of its rows counts intervals by process and binary', async () => {
    const { table, rows } = await read(output);
    const health = healthOf(table).table;
    const found = Array.from({ length: health.size }, (_, i) =>
      ['pid', 'binary', 'samples'].map((name) => health.data[name] && valueAt(health.data[name], i)),
    );
    expect(found[0]?.slice(0, 2)).toEqual([PID, undefined]);
    expect(found[0]?.[2]).toBe(rows.filter(({ pid, stack }) => pid === PID && stack !== undefined).length);
    expect(found.map(([, binary]) => String(binary)).filter((binary) => /waits$/.test(binary))).toHaveLength(1);
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

  it('tells waiting for a CPU from sleeping, and who woke a thread', async () => {
    const { rows } = await read(output);
    const of = (comm: string) => rows.filter((row) => row.comm === comm);
    const hot = of('hot');
    expect(secondsOf(hot, ({ state }) => state === 'runnable') / secondsOf(hot, () => true)).toBeGreaterThan(0.9);
    expect(
      of('lock')
        .filter(({ state }) => state === 'sleeping')
        .map(({ waker }) => waker),
    ).toContain('owner');
  });

  it('counts times from the start of the recording', async () => {
    const { span } = await read(output);
    const start = (span?.from ?? 0) - 5;
    const later = await read(output, start);
    expect(later.span?.from).toBeCloseTo(5, 6);
    expect(Math.min(...later.rows.map(({ t }) => t))).toBeCloseTo(5, 6);
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
    const { bytes, at } = withLoss(output, 0.5);
    const { rows, warnings, lost } = await read(bytes);
    expect(lost).toMatchObject({ records: 1, samples: 3 });
    expect(rows.length).toBeLessThan(whole.rows.length);
    expect(warnings.join('\n')).toMatch(
      /\d+ intervals \(\d+\.\d+ s\) were left out: switches were lost while they lasted/,
    );
    for (const { t, seconds } of rows) expect(t > at - 1e-9 || t + seconds < at + 1e-9).toBe(true);
  });
});

/** The file with a LOST record after the sample in its middle, on that sample's CPU and 1 us later. */
const withLoss = (bytes: Buffer, share: number): { bytes: Buffer; at: number } => {
  const samples: number[] = [];
  for (let at = 16; at + 8 <= bytes.length;) {
    const type = bytes.readUInt32LE(at);
    if (type === RECORD_SAMPLE) samples.push(at);
    const data = type === 66 ? Math.ceil(bytes.readUInt32LE(at + 8) / 8) * 8 : 0;
    at += bytes.readUInt16LE(at + 6) + data;
  }
  const at = samples[Math.floor(samples.length * share)] ?? 0;
  // perf's samples begin with IDENTIFIER, IP, TID, TIME, CPU; the trailer of other records is TID, TIME, CPU, IDENTIFIER.
  const [id, tid, time, cpu] = [8, 24, 32, 40].map((offset) => bytes.readBigUInt64LE(at + offset));
  const record = Buffer.alloc(56);
  record.writeUInt32LE(2, 0);
  record.writeUInt16LE(56, 6);
  const words = [id, 3n, tid, (time ?? 0n) + 1000n, cpu, id];
  words.forEach((word, i) => record.writeBigUInt64LE(word ?? 0n, 8 + i * 8));
  const end = at + bytes.readUInt16LE(at + 6);
  return {
    bytes: Buffer.concat([bytes.subarray(0, end), record, bytes.subarray(end)]),
    at: Number(time ?? 0n) / 1e9,
  };
};

describe('the programs of perf', () => {
  it('record on CLOCK_MONOTONIC into a pipe, until SIGINT', () => {
    const { tool, argv, stop } = cpuProfilePerf({ hz: 99, perf: '6.1.192', kernel: '6.18.44' });
    expect(argv.join(' ')).toBe(
      'perf record -o - -F 99 -e cpu-clock:I --call-graph fp -k CLOCK_MONOTONIC --buildid-mmap -a',
    );
    expect({ tool, stop }).toEqual({ tool: 'perf', stop: 'INT' });
  });

  it('put build-ids into mappings only if perf and the kernel can', () => {
    for (const [perf, kernel] of [
      ['5.10.1', '6.1.0'],
      ['6.1.0', '5.10.0-9-amd64'],
      [undefined, '6.1'],
      ['4.18', '4.18'],
    ])
      expect(cpuProfilePerf({ perf, kernel }).argv).not.toContain('--buildid-mmap');
    expect(cpuProfilePerf({ perf: '5.12.rc1', kernel: '5.12.0-rc1' }).argv).toContain('--buildid-mmap');
  });

  it('take processes or a cgroup as target', () => {
    expect(cpuProfilePerf({ event: 'cycles', target: { pids: [1, 2] } }).argv.slice(-2)).toEqual(['-p', '1,2']);
    expect(cpuProfilePerf({ target: { cgroup: { path: '/a/b', id: 5 } } }).argv.slice(-3)).toEqual(['-a', '-G', 'a/b']);
    expect(offCpuPerf({ wakers: false }).argv.join(' ')).not.toContain('waking');
  });
});
