import { describe, expect, it } from 'vitest';
import { scanTs } from '../../src/lib/sources/perf-script/scan-ts.ts';
import { scanWasm } from '../../src/lib/sources/perf-script/scan-wasm.ts';
import type { ScanOptions, ScriptText } from '../../src/lib/sources/perf-script/script-text.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { scriptText } from '../hostile-text.ts';
import { numbersFrom } from '../random.ts';
import { foldText, scanIn } from '../scripted.ts';

const options: ScanOptions = {
  decomposes: (head) => !head.includes(';'),
  keepReturns: false,
  keepUnknown: false,
  longest: 1 << 20,
};

/** The result of a scan, as plain values. */
const seen = (script: ScriptText) => ({
  texts: Array.from({ length: script.texts.size }, (_, id) => script.texts.text(id)),
  records: Object.fromEntries(
    Object.entries(script.records).map(([name, column]: [string, number | Uint32Array]) => [
      name,
      typeof column === 'number'
        ? column
        : [...column.subarray(0, script.records.size * (name === 'period' ? 2 : 1))].map((value, i) =>
            isKept(script, name, i) ? value : 'none',
          ),
    ]),
  ),
  bounds: [...script.bounds],
  lines: [...script.lines],
  frameOf: [...script.frameOf],
  frameName: [...script.frameName],
  frameDso: [...script.frameDso],
  comments: [...script.comments],
  cut: script.cut,
});

/** Numbers without their flag are undefined. */
const isKept = ({ records }: ScriptText, name: string, i: number): boolean => {
  const flags = records.flags[name === 'period' ? i >> 1 : i] ?? 0;
  const needs = { seconds: 4, nanos: 4, period: 8, cpu: 16 }[name];
  return needs === undefined || (flags & needs) !== 0;
};

describe.skipIf(!hasWasm())('the WASM scanner (npm run build makes it)', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'agrees with the one in TypeScript on hostile text %i',
    (seed) => {
      const random = numbersFrom(seed);
      const bytes = Buffer.from(scriptText(random, 40), seed % 2 === 0 ? 'utf8' : 'latin1');
      const own = {
        ...options,
        keepReturns: seed % 3 === 0,
        keepUnknown: seed % 5 === 0,
        longest: seed % 7 === 0 ? 40 : 1 << 20,
      };
      const sizes = Array.from({ length: 20 }, () => 1 + Math.floor(random() * 100));
      const ts = seen(scanIn(scanTs(own), bytes, [1 << 20]));
      expect(seen(scanIn(scanWasm(own), bytes, [1 << 20]))).toEqual(ts);
      expect(seen(scanIn(scanWasm(own), bytes, sizes))).toEqual(ts);
      expect(seen(scanIn(scanTs(own), bytes, [1]))).toEqual(ts);
    },
  );

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('folds hostile text %i to the same bytes', (seed) => {
    const bytes = Buffer.from(scriptText(numbersFrom(1000 + seed), 60));
    for (const like of ['perl', 'inferno'] as const) {
      const fold = { like, tid: seed % 2 === 0, kernel: seed % 3 === 0, jit: true, addrs: seed % 5 === 0 };
      expect(foldText(bytes, fold, { wasm: true, sizes: [64] })).toBe(foldText(bytes, fold));
    }
  });

  it('grows its tables beyond their first sizes', () => {
    const frame = (i: number): string => `\t${(i + 4096).toString(16)} f${i} (/b${i % 97})\n`;
    const blocks = Array.from(
      { length: 40_000 },
      (_, i) => `c${i % 300} ${i} ${i}.000001: ${i} e:\n${frame(i)}${frame(i >> 3)}\n`,
    );
    const bytes = Buffer.from(blocks.join(''));
    const [wasm, ts] = [scanWasm, scanTs].map((make) => scanIn(make(options), bytes, [1 << 16]));
    expect(wasm?.texts.size).toBe(ts?.texts.size);
    expect(Buffer.compare(Buffer.from(wasm!.bounds.slice().buffer), Buffer.from(ts!.bounds.slice().buffer))).toBe(0);
    expect(Buffer.compare(Buffer.from(wasm!.lines.slice().buffer), Buffer.from(ts!.lines.slice().buffer))).toBe(0);
    expect(foldText(bytes, {}, { wasm: true })).toBe(foldText(bytes));
  }, 60_000);
});
