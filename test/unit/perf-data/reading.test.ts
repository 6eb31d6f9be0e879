import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/lib/columns/column.ts';
import { FridayError } from '../../../src/lib/errors.ts';
import { capture as captureEither } from '../../../src/lib/sources/perf-data/capture.ts';
import { captureTs } from '../../../src/lib/sources/perf-data/capture-ts.ts';
import type { Capture } from '../../../src/lib/sources/perf-data/captured.ts';
import { namePlaces } from '../../../src/lib/stacks/addresses/frames.ts';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { ROOT } from '../../../src/lib/stacks/profile.ts';
import { symbolizer } from '../../../src/lib/stacks/symbols/symbolizer.ts';
import { perfData, record, TYPE, type Field } from './made.ts';

const { IP, TID, TIME, CALLCHAIN, CPU, PERIOD, IDENTIFIER } = TYPE;
const TYPES = IP + TID + TIME + CPU + CALLCHAIN;
const attrs = [{ sampleType: TYPES }];
const [KERNEL_MARK, USER_MARK] = [-128n, -512n];
const EXEC = 1 << 13;

/** The trailer of a record that is not a sample: pid, tid, time, cpu. */
const tail = (pid: number, time: bigint): Field[] => [pid, pid, time, 0, 0];
const comm = (pid: number, name: string, time: bigint, misc = 0, little = true) =>
  record(3, misc, [pid, pid, name, ...tail(pid, time)], little);
const fork = (pid: number, parent: number, time: bigint) =>
  record(7, 0, [pid, parent, pid, parent, time, ...tail(parent, time)]);
const mmap = (pid: number, start: bigint, length: bigint, file: string, time: bigint, little = true) =>
  record(1, 2, [pid, pid, start, length, 0n, file, ...tail(pid, time)], little);
const sample = (pid: number, time: bigint, chain: readonly bigint[], little = true) =>
  record(9, 2, [chain[1] ?? 0n, pid, pid, time, 3, 0, BigInt(chain.length), ...chain], little);
const ROUND = record(68, 0, []);

/** The reader in TypeScript, and the one in WASM. */
const readers = [
  ['by records', captureTs],
  ['by the WASM reader', captureEither],
] as const;

const readWith =
  (capture: typeof captureEither) =>
  (records: readonly Uint8Array[], little = true): Promise<Capture> =>
    capture(bytesOf(perfData(records, { little, attrs })));

const samplesOf = ({ samplesOf: counts }: Capture): number => counts.reduce((sum, count) => sum + count, 0);

/** 'comm: file+offset < file+offset', innermost first, one line per sample. */
const lines = (taken: Capture): string[] => {
  const none = { elf: () => undefined, kernel: () => undefined, perfMap: () => undefined };
  const { frames, frameOf } = namePlaces(taken.places, taken.dsos, symbolizer(none, taken.kernel), { addresses: true });
  const { stacks, moved } = taken.name(frameOf);
  const table = taken.table(moved);
  return Array.from({ length: table.size }, (_, row) => {
    const out: string[] = [];
    let at = (valueAt(table.data['stack']!, row) as number | undefined) ?? ROOT;
    for (; at !== ROOT; at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!;
      out.push(`${frames.dsos[frames.dso[frame]!]}+${frames.address![frame]!.toString(16)}`);
    }
    return `${valueAt(table.data['comm']!, row)}: ${out.join(' < ')}`;
  });
};

describe.each(readers)('reading perf.data %s', (_, capture) => {
  const read = readWith(capture);
  it.each([true, false])('gives frames by mapped file and offset (little-endian: %s)', async (little) => {
    const records = [
      comm(7, 'work', 10n, 0, little),
      mmap(7, 0x40_0000n, 0x1000n, '/bin/work', 20n, little),
      sample(7, 30n, [KERNEL_MARK, -0x7f00_0000n, USER_MARK, 0x40_0123n, 0x99n], little),
    ];
    expect(lines(await read(records, little))).toEqual([
      'work: [kernel.kallsyms]+ffffffff81000000 < /bin/work+123 < [unknown]+99',
    ]);
    const taken = await read(records, little);
    const frameOf = new Uint32Array(taken.places.size);
    const { data } = taken.table(taken.name(frameOf).moved);
    expect(taken.damaged).toBe(0);
    expect(valueAt(data['cpu']!, 0)).toBe(3);
    expect(valueAt(data['tid']!, 0)).toBe(7);
    expect(taken.start).toBeCloseTo(30e-9, 12);
  });

  it('sorts records of several CPUs by time, round by round', async () => {
    const taken = await read([
      sample(7, 50n, [USER_MARK, 0x40_0001n]),
      ROUND,
      // Another CPU's buffer: older records come after newer ones.
      comm(7, 'late', 40n),
      mmap(7, 0x40_0000n, 0x1000n, '/bin/work', 45n),
      sample(7, 60n, [USER_MARK, 0x40_0002n]),
      ROUND,
    ]);
    expect(lines(taken)).toEqual(['late: /bin/work+1', 'late: /bin/work+2']);
  });

  it('copies an address space at fork; later mappings of the parent are not in the child', async () => {
    const taken = await read([
      comm(7, 'shell', 1n),
      mmap(7, 0x40_0000n, 0x2000n, '/bin/sh', 2n),
      fork(8, 7, 3n),
      mmap(7, 0x40_0000n, 0x1000n, '/lib/new', 4n),
      sample(7, 5n, [USER_MARK, 0x40_0010n, 0x40_1010n]),
      sample(8, 6n, [USER_MARK, 0x40_0010n, 0x40_1010n]),
    ]);
    expect(lines(taken)).toEqual(['shell: /lib/new+10 < /bin/sh+1010', 'shell: /bin/sh+10 < /bin/sh+1010']);
  });

  it('replaces an address space at execve, and uses the old one only where nothing new is mapped', async () => {
    const taken = await read([
      mmap(7, 0x40_0000n, 0x1000n, '/bin/sh', 1n),
      mmap(7, 0x50_0000n, 0x1000n, '/lib/old', 2n),
      comm(7, 'ls', 3n, EXEC),
      mmap(7, 0x40_0000n, 0x1000n, '/bin/ls', 4n),
      sample(7, 5n, [USER_MARK, 0x40_0010n, 0x50_0010n]),
      comm(7, 'cat', 6n, EXEC),
      mmap(7, 0x40_0000n, 0x1000n, '/bin/cat', 7n),
      sample(7, 8n, [USER_MARK, 0x40_0010n, 0x50_0010n]),
    ]);
    expect(lines(taken)).toEqual(['ls: /bin/ls+10 < /lib/old+10', 'cat: /bin/cat+10 < [unknown]+500010']);
  });

  it('keeps code compiled at run time separate by process', async () => {
    const taken = await read([mmap(7, 0x40_0000n, 0x1000n, '//anon', 1n), sample(7, 2n, [USER_MARK, 0x40_0010n])]);
    expect(lines(taken)).toEqual([':7: /tmp/perf-7.map+400010']);
  });

  it('keeps all bits of kernel addresses and of user addresses with five-level page tables', async () => {
    const [low, high] = [-0x7eff_ffffn, 0x00ff_1234_5678_9001n];
    const taken = await read([
      mmap(7, 0x00ff_1234_5678_9000n, 0x1000n, '/bin/far', 1n),
      sample(7, 2n, [KERNEL_MARK, low, low + 1n, USER_MARK, high, high + 1n, high + 0x1000n, high + 0x1001n]),
    ]);
    expect(lines(taken)).toEqual([
      ':7: [kernel.kallsyms]+ffffffff81000001 < [kernel.kallsyms]+ffffffff81000002 < /bin/far+1 < /bin/far+2 < ' +
        '[unknown]+ff12345678a001 < [unknown]+ff12345678a002',
    ]);
  });

  it('counts what the kernel dropped', async () => {
    const taken = await read([
      record(2, 0, [5n, 41n, ...tail(7, 1n)]),
      record(13, 0, [1n, ...tail(7, 2n)]),
      sample(7, 3n, [USER_MARK, 1n]),
    ]);
    expect(taken.lost).toEqual({ records: 2, samples: 42 });
  });

  it('finds the event of each sample by its id', async () => {
    const sampleType = IDENTIFIER + IP + TID + TIME + PERIOD;
    const one = (id: bigint, period: bigint, time: bigint) => record(9, 2, [id, 0x10n, 7, 7, time, period]);
    const file = perfData([one(5n, 100n, 1n), one(6n, 200n, 2n), one(5n, 300n, 3n)], {
      attrs: [
        { sampleType, ids: [5] },
        { sampleType, ids: [6] },
      ],
    });
    const taken = await capture(bytesOf(file));
    expect(taken.samplesOf).toEqual([2, 1]);
  });

  it('reads records compressed by zstd, cut anywhere', async () => {
    const inner = [comm(7, 'work', 1n), sample(7, 2n, [USER_MARK, 0x10n]), sample(7, 3n, [USER_MARK, 0x20n])];
    const packed = zstdCompressSync(Buffer.concat(inner));
    const cut = [packed.subarray(0, 9), packed.subarray(9, 20), packed.subarray(20)];
    const records = cut.map((piece) => {
      const out = new Uint8Array(8 + piece.length);
      new DataView(out.buffer).setUint32(0, 81, true);
      new DataView(out.buffer).setUint16(6, out.length, true);
      out.set(piece, 8);
      return out;
    });
    const taken = await read(records);
    expect(lines(taken)).toEqual(['work: [unknown]+10', 'work: [unknown]+20']);
    expect(taken.end).toMatchObject({ why: undefined, compressed: 3 });
  });
});

describe.each(readers)('damaged perf.data files, %s', (_, capture) => {
  const read = readWith(capture);
  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('comm 1 1.0: cycles:\n')],
    ['a cut header', perfData([]).subarray(0, 60)],
  ])('says what it expected when given %s', async (_what, bytes) => {
    await expect(capture(bytesOf(bytes))).rejects.toThrow(/perf\.data: expected/);
    await expect(capture(bytesOf(bytes))).rejects.toBeInstanceOf(FridayError);
  });

  it('keeps the records before a record of size 0, and gives its offset', async () => {
    const bad = record(9, 0, []);
    new DataView(bad.buffer).setUint16(6, 0, true);
    const taken = await read([sample(7, 1n, [USER_MARK, 0x10n]), bad, sample(7, 2n, [USER_MARK, 0x20n])]);
    expect(samplesOf(taken)).toBe(1);
    expect(taken.end.why).toMatch(/a record of type 9 has 0 bytes at byte \d+/);
  });

  it('keeps the records of a truncated file', async () => {
    const whole = perfData([sample(7, 1n, [USER_MARK, 0x10n]), sample(7, 2n, [USER_MARK, 0x20n])], { attrs });
    const taken = await capture(bytesOf(whole.subarray(0, whole.length - 5)));
    expect(samplesOf(taken)).toBe(1);
    expect(taken.header.warnings.join()).toMatch(/truncated/);
    expect(taken.end.why).toMatch(/not a whole record/);
  });

  it('leaves out a sample whose callchain is longer than its record', async () => {
    const lying = record(9, 2, [0n, 7, 7, 1n, 3, 0, 0xffff_ffff_ffffn, USER_MARK, 1n]);
    const taken = await read([lying, sample(7, 2n, [USER_MARK, 0x20n])]);
    expect(samplesOf(taken)).toBe(1);
    expect(taken.damaged).toBe(1);
  });

  it('stops at a compressed record that would fill memory', async () => {
    const bomb = zstdCompressSync(new Uint8Array(2 ** 28));
    const out = new Uint8Array(8 + bomb.length);
    const view = new DataView(out.buffer);
    view.setUint32(0, 81, true);
    view.setUint16(6, out.length, true);
    out.set(bomb, 8);
    const taken = await read([sample(7, 1n, [USER_MARK, 0x10n]), out]);
    expect(samplesOf(taken)).toBe(1);
    expect(taken.end.why).toMatch(/inflated|has 0 bytes/);
  });
});
