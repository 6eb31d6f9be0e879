import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureWasm } from '../../../src/lib/sources/perf-data/capture-wasm.ts';
import { captureTs } from '../../../src/lib/sources/perf-data/capture-ts.ts';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { hasWasm, ranOut, startWasm } from '../../../src/lib/bytes/wasm.ts';
import { integersFrom } from '../../random.ts';
import { toldOf } from '../../told-capture.ts';
import { perfData, record, TYPE, type Field } from './made.ts';

const folder = join(import.meta.dirname, '../../../fixtures/perf-data');
const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.data'));

const both = async (bytes: Uint8Array) => {
  const wasm = await captureWasm(bytesOf(bytes));
  return { wasm: wasm && toldOf(wasm), records: toldOf(await captureTs(bytesOf(bytes))) };
};

const { IP, TID, TIME, CALLCHAIN, CPU, PERIOD } = TYPE;
const tail = (pid: number, time: bigint): Field[] => [pid, pid, time, 0, 0];

/** Random processes that start, map, fork, exec and are sampled, on two CPUs whose buffers alternate, from a seed. */
const storm = (seed: number, count: number): Uint8Array => {
  const next = integersFrom(seed);
  const files = ['/bin/sh', '/lib/libc.so', '//anon', '[vdso]', '/usr/bin/cc', '[stack]', '/tmp/odd name'];
  const address = (): bigint => 0x40_0000n + BigInt(next(64)) * 0x400n;
  const buffers: [Uint8Array[], Uint8Array[]] = [[], []];
  const records: Uint8Array[] = [];
  for (let i = 1; i <= count; i++) {
    const time = BigInt(i * 10);
    const [pid, other] = [next(12), next(12)];
    const kind = next(16);
    const chain = [-128n, ...Array.from({ length: next(5) }, () => -0x7f00_0000n + BigInt(next(9)))];
    const user = [-512n, ...Array.from({ length: next(7) }, address)];
    const words = [chain, user, [...chain, ...user], [...chain, -999n], [...user, -2048n, 5n]][next(16)] ?? [
      ...chain,
      ...user,
    ];
    const made =
      kind < 2
        ? record(7, next(8) === 0 ? 1 << 13 : 0, [pid, other, pid + next(2), other, time, ...tail(other, time)])
        : kind < 4
          ? record(3, next(2) << 13, [pid, pid + next(2), `t${next(5)}`, ...tail(pid, time)])
          : kind < 8
            ? record(1, next(2) << 13, [
                next(20) === 0 ? -1 : pid,
                pid,
                address(),
                BigInt(1 + next(9)) * 0x300n,
                BigInt(next(4)) * 0x1000n,
                files[next(files.length)] ?? '',
                ...tail(pid, time),
              ])
            : record(9, 1 + next(3), [
                words[0] ?? 0n,
                pid,
                pid + next(2),
                next(40) === 0 ? 0n : time,
                next(4),
                0,
                BigInt(1 + next(3)),
                BigInt(next(30) === 0 ? 9999 : words.length),
                ...words,
              ]);
    buffers[next(2)]?.push(made);
    if (next(10) === 0) {
      records.push(...buffers[0].splice(0), ...buffers[1].splice(0));
      if (next(2) === 0) records.push(record(68, 0, []));
    }
  }
  records.push(...buffers[0], ...buffers[1]);
  return perfData(records, { attrs: [{ sampleType: IP + TID + TIME + CPU + PERIOD + CALLCHAIN }] });
};

describe.skipIf(!hasWasm())('the WASM walk over perf.data (npm run build makes it)', () => {
  it.each(fixtures)('agrees with the reader in TypeScript on %s, or leaves the file to it', async (name) => {
    const { wasm, records } = await both(new Uint8Array(readFileSync(join(folder, name))));
    // Counter values in samples, and copied stacks.
    if (/^(?:group|dwarf)/.test(name)) expect(wasm).toBeUndefined();
    else expect(wasm).toEqual(records);
  });

  it.each([1, 2, 3, 4, 5, 6])('agrees with the reader in TypeScript on random processes (seed %i)', async (seed) => {
    const { wasm, records } = await both(storm(seed, 6000));
    expect(records.rows.length).toBeGreaterThan(2000);
    expect(wasm).toEqual(records);
  });

  it('agrees with the reader in TypeScript on damaged copies', async () => {
    const whole = storm(9, 200);
    const next = integersFrom(20261127);
    let compared = 0;
    for (let i = 0; i < 200; i++) {
      const bytes = whole.slice(0, next(3) === 0 ? 400 + next(whole.length - 400) : whole.length);
      for (let flips = next(12); flips >= 0; flips--) {
        const at = 300 + next(bytes.length - 300);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8));
      }
      const { wasm, records } = await both(bytes);
      if (wasm === undefined) continue;
      compared++;
      expect(wasm).toEqual(records);
    }
    expect(compared).toBeGreaterThan(130);
  });

  it('finds events by ids that a double cannot hold exactly', async () => {
    const sampleType = TYPE.IDENTIFIER + IP + TID + TIME;
    const ids = [(1n << 60n) + 1n, (1n << 60n) + 2n];
    const bytes = perfData(
      ids.map((id, i) => record(9, 2, [id, 0x10n, 7, 7, BigInt(i + 1)])),
      { attrs: ids.map((id) => ({ sampleType, ids: [id] })) },
    );
    const { wasm, records } = await both(bytes);
    expect(records.samplesOf).toEqual([1, 1]);
    expect(wasm).toEqual(records);
  });

  describe('from a pipe', () => {
    const sampleType = TYPE.IDENTIFIER + IP + TID + TIME;
    const attr = (id: number) =>
      record(64, 0, [0, 64, 0n, 4000n, BigInt(sampleType), 0n, 1n << 18n, 0, 0, 0n, BigInt(id)]);
    const one = (id: number, time: number) => record(9, 2, [BigInt(id), 0x10n, 7, 7, BigInt(time)]);
    const round = record(68, 0, []);
    const pipe = (records: readonly Uint8Array[]): Uint8Array => {
      const bytes = Buffer.concat([perfData([]).slice(0, 16), ...records]);
      bytes.writeBigUInt64LE(16n, 8);
      return bytes;
    };

    it('accepts events one by one, each with ids of its own', async () => {
      const records = Array.from({ length: 100 }, (_, i) => [attr(i + 1), one(i + 1, i + 1), one(1, i + 1)]).flat();
      const { wasm, records: other } = await both(pipe(records));
      expect(other.samplesOf).toEqual([101, ...new Array<number>(99).fill(1)]);
      expect(wasm).toEqual(other);
    });

    it('uses an id that is announced after its first use, or announced again', async () => {
      const late = await both(pipe([attr(1), one(5, 1), round, round, attr(5), one(5, 2)]));
      expect(late.records.samplesOf).toEqual([1, 1]);
      expect(late.wasm).toEqual(late.records);
    });

    it('uses the last name that the pipe gave an event', async () => {
      const update = record(78, 0, [2n, 1n, 'other-name']);
      const { wasm, records } = await both(pipe([attr(1), one(1, 1), round, round, update, one(1, 2)]));
      expect(records.rows.every((row) => row.includes('other-name'))).toBe(true);
      expect(wasm).toEqual(records);
    });

    it('ends at tracing data that is longer than the file, whatever its length', async () => {
      for (const length of [0x8000_0000, 0xffff_fff0, 0xffff_fff8, 0xffff_ffff]) {
        const { wasm, records } = await both(pipe([attr(1), one(1, 1), record(66, 0, [length, 0])]));
        expect(records.rows).toHaveLength(1);
        expect(records.end.why).toContain('not a whole record');
        expect(wasm).toEqual(records);
      }
    });
  });

  it('does not mix up processes if a frame comes before all context marks', async () => {
    const map = (pid: number, file: string, time: bigint) =>
      record(1, 2, [pid, pid, 0x40_0000n, 0x1000n, 0n, file, ...tail(pid, time)]);
    const one = (pid: number, time: bigint) =>
      record(9, 2, [0n, pid, pid, time, 0, 0, 1n, 2n, 0xffff_ffff_ff60_0000n, 0x40_0010n]);
    const { wasm, records } = await both(
      perfData([map(1, '/bin/a', 1n), map(2, '/bin/b', 2n), one(1, 3n), one(2, 4n)], {
        attrs: [{ sampleType: IP + TID + TIME + CPU + PERIOD + CALLCHAIN }],
      }),
    );
    expect(records.rows.map((row) => /\/bin\/./.exec(row)?.[0])).toEqual(['/bin/a', '/bin/b']);
    expect(wasm).toEqual(records);
  });

  it('distinguishes full memory from other errors', () => {
    const instance = startWasm();
    const fill = (): void => {
      for (let i = 0; i < 9; i++) instance.profileBlock(2 ** 29);
    };
    let full: unknown;
    try {
      fill();
    } catch (error) {
      full = error;
    }
    expect(ranOut(full)).toBe(true);
    expect(ranOut(new TypeError('another'))).toBe(false);
  });

  it('leaves files that it cannot read to the reader in TypeScript', async () => {
    const big = perfData([], { little: false, attrs: [{ sampleType: IP }] });
    expect(await captureWasm(bytesOf(big))).toBeUndefined();
    const far = perfData([record(1, 2, [7, 7, 1n << 60n, 0x1000n, 0n, '/bin/far', ...tail(7, 1n)])], {
      attrs: [{ sampleType: IP + TID + TIME + CPU }],
    });
    expect(await captureWasm(bytesOf(far))).toBeUndefined();
    for (const first of [1n << 60n, -300n]) {
      const late = perfData(
        [first, 300n].map((time) => record(9, 2, [0n, 7, 7, time, 0, 0])),
        { attrs: [{ sampleType: IP + TID + TIME + CPU }] },
      );
      expect(await captureWasm(bytesOf(late))).toBeUndefined();
    }
    expect(toldOf(await captureTs(bytesOf(far))).damaged).toBe(0);
  });
});
