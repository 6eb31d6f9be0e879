import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profileOf } from '../../src/lib/sources/perf-script/read.ts';
import { scannerForColumns } from '../../src/lib/sources/perf-script/reader.ts';
import type { FoldOptions } from '../../src/lib/stacks/fold-options.ts';
import type { Profile } from '../../src/lib/stacks/profile.ts';
import { ROOT } from '../../src/lib/stacks/profile.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { corpus } from '../corpus.ts';
import { foldText, scanIn } from '../scripted.ts';

const folder = corpus('perf-script');
const scanners = [
  { name: 'TypeScript', wasm: false },
  { name: 'WASM', wasm: true },
];

/** NAME-collapsed-OPT.txt was made from NAME.txt with --OPT; several options are joined by dashes. */
const cases = (part: string, like: 'perl' | 'inferno') => {
  const at = join(folder ?? '', part);
  if (folder === undefined || !existsSync(join(at, 'results'))) return [];
  return readdirSync(join(at, 'results')).map((result) => {
    const [name = '', options = ''] = result.replace(/\.txt$/, '').split('-collapsed');
    const words = options.split('-').filter((word) => word !== '');
    const has = (word: string): boolean => words.includes(word);
    const all = has('all');
    const fold: FoldOptions = {
      like,
      pid: has('pid'),
      tid: has('tid'),
      addrs: has('addrs'),
      kernel: all || has('kernel'),
      jit: all || has('jit'),
    };
    return { result, input: join(at, `${name}.txt`), expected: join(at, 'results', result), fold };
  });
};

describe.skipIf(folder === undefined)('published perf script texts', () => {
  const both = [...cases('flamegraph', 'perl'), ...cases('inferno', 'inferno')];
  describe.each(scanners)('with the $name scanner', ({ wasm }) => {
    it.skipIf(wasm && !hasWasm()).each(both)(
      'fold to $result, whatever the pieces they come in',
      ({ input, expected, fold }) => {
        const bytes = readFileSync(input);
        const wanted = readFileSync(expected, 'latin1');
        expect(foldText(bytes, fold, { wasm })).toBe(wanted);
        expect(foldText(bytes, fold, { wasm, sizes: [1, 7, 100] })).toBe(wanted);
      },
    );
  });

  const read = (name: string): Profile =>
    profileOf(scanIn(scannerForColumns(false, false), readFileSync(join(folder ?? '', name)), [4096]));

  it.each([
    ['flamescope/perf.test01.txt', 9],
    ['magic-trace/ocaml_exceptions_poptrap_corner_case.perf.txt', 9],
    ['speedscope/simple-with-header.linux-perf.txt', 136],
    ['flamegraph/perf-cycles-instructions-01.txt', 444],
    ['inferno/empty-line.txt', 2],
    ['inferno/no-events.txt', 0],
  ])('%s has %i samples', (name, samples) => {
    expect(read(name).samples.size).toBe(samples);
  });

  it.each(['one-sample', 'simple', 'simple-with-header'])('%s has the weights that speedscope shows', (name) => {
    const expected = JSON.parse(
      readFileSync(join(folder ?? '', 'speedscope', 'expected', `${name}.linux-perf.txt_1.json`), 'utf8'),
    ) as { frames: { name: string; selfWeight: number; totalWeight: number }[] };
    const { total, self } = weights(read(`speedscope/${name}.linux-perf.txt`));
    for (const frame of expected.frames) {
      const found = frame.name.replace(/^\?\?\? \(.*\)$/, '[unknown]');
      expect(total.get(found), frame.name).toBeCloseTo(frame.totalWeight, 6);
      expect(self.get(found) ?? 0, frame.name).toBeCloseTo(frame.selfWeight, 6);
    }
  });
});

/** Seconds per function as speedscope counts them: from the midpoint before a sample to the midpoint after it. */
const weights = ({ samples, stacks, frames }: Profile) => {
  const t = samples.data['t']?.kind === 'number' ? samples.data['t'].values : new Float64Array();
  const stack = samples.data['stack']?.kind === 'number' ? samples.data['stack'].values : new Uint32Array();
  const [total, self] = [new Map<string, number>(), new Map<string, number>()];
  const plus = (to: Map<string, number>, name: string, seconds: number): unknown =>
    to.set(name, (to.get(name) ?? 0) + seconds);
  for (let i = 0; i < samples.size; i++) {
    const from = i === 0 ? t[i]! : (t[i - 1]! + t[i]!) / 2;
    const to = i === samples.size - 1 ? t[i]! : (t[i]! + t[i + 1]!) / 2;
    const seconds = samples.size === 1 ? 1 : to - from;
    const names: string[] = [];
    for (let s = stack[i] ?? ROOT; s !== ROOT; s = stacks.parent[s]!)
      names.push(frames.names[frames.name[stacks.frame[s]!]!]!);
    plus(self, names[0] ?? '', seconds);
    for (const name of new Set(names)) plus(total, name, seconds);
  }
  return { total, self };
};
