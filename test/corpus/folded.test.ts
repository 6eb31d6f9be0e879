import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldProfile } from '../../src/lib/stacks/fold.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { corpus } from '../corpus.ts';
import { pieces } from '../pieces.ts';

const folder = corpus('folded');
const read = (name: string): Buffer => readFileSync(join(folder ?? '', name));
const fold = async (bytes: Uint8Array, size = 4096): Promise<string> =>
  Buffer.concat([...foldProfile(await readProfile(pieces(bytes, size)))]).toString();

/** The same lines, sorted, with counts of equal stacks summed; lines that inferno treats as comments are left out. */
const merged = (text: string): string => {
  const sums = new Map<string, number>();
  for (const line of text.split(/\r?\n/)) {
    const found = /^(?!# )(.*) (\d+(?:\.\d*)?)$/.exec(line);
    if (found !== null) sums.set(found[1]!, (sums.get(found[1]!) ?? 0) + Number(found[2]));
  }
  const keys = [...sums.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return keys.map((key) => `${key} ${sums.get(key)}\n`).join('');
};

describe.skipIf(folder === undefined)('published folded stacks', () => {
  const names =
    folder === undefined
      ? []
      : ['flamegraph', 'speedscope', 'diff-folded', 'collapse-recursive'].flatMap((part) =>
          readdirSync(join(folder, part))
            .filter((name) => name.endsWith('.txt') && !name.startsWith('nameattr'))
            .map((name) => `${part}/${name}`),
        );
  it.each(names)('%s keeps every stack and count', async (name) => {
    expect(await fold(read(name))).toBe(merged(read(name).toString()));
  });

  it.each(names)('%s is read equally in both UTF-16 byte orders, with CR LF, and byte by byte', async (name) => {
    const text = read(name).toString();
    const plain = await fold(read(name));
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(await fold(little)).toBe(plain);
    expect(await fold(Buffer.from(little).swap16(), 7)).toBe(plain);
    expect(await fold(Buffer.from(text.replaceAll('\n', '\r\n')), 1)).toBe(plain);
  });

  it('a line without a count is left out and counted in a warning', async () => {
    const profile = await readProfile(pieces(read('diff-folded/bad_before.txt'), 100));
    expect(profile.warnings).toEqual(['1 lines have no count at their end and were left out']);
  });

  it('two counts are before and after', async () => {
    const { samples } = await readProfile(pieces(read('diff-folded/results/default.txt'), 100));
    const [before, after] = [samples.data['before'], samples.data['period']];
    const line = read('diff-folded/results/default.txt').toString().split('\n')[0]!;
    const [first, second] = line.split(' ').slice(-2).map(Number);
    expect([before?.kind === 'number' && before.values[0], after?.kind === 'number' && after.values[0]]).toEqual([
      first,
      second,
    ]);
  });
});
