import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffFolded, type FoldedLine } from '../../src/lib/stacks/diff-folded.ts';
import { readProfile } from '../../src/lib/sources/profile-reader.ts';
import { drawnSvg, drawProfile } from '../../src/lib/views/flamegraph.ts';
import { corpus } from '../corpus.ts';

interface Drawn {
  readonly titles: readonly string[];
  readonly rects: readonly Readonly<Record<string, string>>[];
}

const folder = corpus('folded');

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const text = (xml: string): string => xml.replace(/&([a-z]+|#39);/g, (_, name: string) => entities[name] ?? '?');

/** Folded text does not give its unit: we write counts, inferno writes its --countname, here samples. */
const countedAsInferno = (title: string): string => title.replace(/ counts, ([\d.]+%\))$/, ' samples, $1');

/** The title and rectangle of each frame, one line per frame. */
const framesOf = (svg: string): string[] =>
  [...svg.matchAll(/<title>(.*?)<\/title><rect x="(.*?)" y="(.*?)" width="(.*?)".*?fg:x="(.*?)" fg:w="(.*?)"/g)]
    .map(([, title = '', ...rect]) => [countedAsInferno(text(title)), ...rect].join(' | '))
    .sort();

const drawnAs = ({ titles, rects }: Drawn): string[] =>
  titles
    .map((title, i) => [title, ...['x', 'y', 'width', 'fg:x', 'fg:w'].map((key) => rects[i]?.[key] ?? '')].join(' | '))
    .sort();

const once = async function* (bytes: Uint8Array) {
  yield bytes;
};
const profileOf = (file: string) => readProfile(once(readFileSync(file)));

describe.skipIf(folder === undefined)('flame graphs as inferno draws them (corpus folded/flamegraph)', () => {
  const pictures = join(folder ?? '', 'flamegraph');
  const files = folder === undefined ? [] : readdirSync(pictures);
  const stems = files.filter((file) => file.endsWith('.svg.frames.json'));
  const source = (stem: string) => files.find((file) => file.startsWith(`${stem}__`) && file.endsWith('.txt'));

  // nameattr is a file of attributes of names, not of stacks.
  it.for(stems.filter((file) => !file.startsWith('nameattr')))(
    '%s has the same frames in the same places',
    async (file) => {
      const want = JSON.parse(readFileSync(join(pictures, file), 'utf8')) as Drawn;
      const profile = await profileOf(join(pictures, source(file.split('__')[0] ?? '') ?? ''));
      const drawn = drawProfile(profile, { bare: true, reverse: file.includes('reversed') });
      expect(framesOf(drawnSvg(drawn))).toEqual(drawnAs(want));
    },
  );
});

describe.skipIf(folder === undefined)('differences as inferno-diff-folded writes them (corpus)', () => {
  const file = (name: string): string => readFileSync(join(folder ?? '', 'diff-folded', name), 'utf8');
  const folded = (name: string): FoldedLine[] =>
    file(name)
      .split('\n')
      .flatMap((line): FoldedLine[] => {
        const parts = /^(.*)\s+(\d+(?:\.\d*)?)$/.exec(line);
        return parts === null ? [] : [[parts[1] ?? '', Number(parts[2])]];
      });
  const sorted = (lines: readonly string[]): string[] => lines.filter((line) => line !== '').sort();

  it.for([
    ['default', 'before.txt', {}],
    ['fractionals', 'before_fractionals.txt', {}],
    ['normalize', 'before.txt', { normalize: true }],
    ['strip_hex', 'before.txt', { stripHex: true }],
  ] as const)('%s', ([name, before, options]) => {
    const lines = diffFolded(folded(before), folded('after.txt'), options);
    expect(sorted(lines)).toEqual(sorted(file(`results/${name}.txt`).split('\n')));
  });
});
