import { describe, expect, it } from 'vitest';
import { foldedWasm } from '../../src/lib/sources/folded/read-wasm.ts';
import type { FoldedReader } from '../../src/lib/sources/folded/lines.ts';
import { foldedTs } from '../../src/lib/sources/folded/read-ts.ts';
import { readWith } from '../../src/lib/sources/folded/read.ts';
import { hasWasm } from '../../src/lib/bytes/wasm.ts';
import { foldProfile } from '../../src/lib/stacks/fold.ts';
import type { Profile } from '../../src/lib/stacks/profile.ts';
import { stackHealth, type StackHealth } from '../../src/lib/stacks/health.ts';
import { profileTree } from '../profile-tree.ts';
import { foldedText } from '../folded-text.ts';
import { pieces } from '../pieces.ts';
import { numbersFrom } from '../random.ts';
import { toldOfFolded } from '../told-folded.ts';

const read = (start: () => FoldedReader, bytes: Uint8Array, size: number): Promise<Profile> =>
  readWith(start)(pieces(bytes, size), {});

describe.skipIf(!hasWasm())('the WASM reader of folded stacks', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'agrees with the reader in TypeScript (seed %i)',
    async (seed) => {
      const random = numbersFrom(seed);
      const text = Buffer.from(foldedText(random, 300));
      // Invalid UTF-8: different texts may decode to the same name.
      for (let i = 0; i < seed; i++) text[Math.floor(random() * text.length)] = 0x80 + Math.floor(random() * 0x7f);
      const size = 1 + Math.floor(random() * 5000);
      expect(toldOfFolded(await read(foldedWasm, text, size))).toEqual(toldOfFolded(await read(foldedTs, text, size)));
    },
  );

  it.each([1, 40, 700])('and where it drops repeated stacks (beyond %i frames)', async (limit) => {
    for (const seed of [1, 2, 3]) {
      const random = numbersFrom(seed);
      const text = Buffer.from(foldedText(random, 1 + Math.floor(random() * 900)));
      for (let i = 0; i < 9; i++) text[Math.floor(random() * text.length)] = 0x80 + Math.floor(random() * 0x7f);
      const ours = await read(() => foldedWasm(limit), text, 1 + Math.floor(random() * 900));
      expect(toldOfFolded(ours)).toEqual(toldOfFolded(await read(foldedTs, text, 1000)));
    }
  });

  it('sorts stacks of every shape into a tree that needs no merging', async () => {
    const random = numbersFrom(9);
    const any = (below: number): number => Math.floor(random() * below);
    for (const [lines, depth, names] of [
      [5000, 4, 3],
      [3000, 12, 2],
      [2000, 90, 70_000],
      [3000, 300, 1],
      [1000, 3, 300],
    ] as const) {
      const stack = (): string => Array.from({ length: 1 + any(depth) }, () => `f${any(names)}`).join(';');
      const text = Buffer.from(Array.from({ length: lines }, () => `${stack()} ${1 + any(9)}\n`).join(''));
      const [ours, twin] = [await read(foldedWasm, text, 1 << 16), await read(foldedTs, text, 1 << 16)];
      expect(toldOfFolded(ours)).toEqual(toldOfFolded(twin));
      const told = (profile: Profile): string[] => {
        const { fn, names: of, depth: deep, weights } = profileTree(profile, { bare: true });
        return Array.from(fn, (f, i) => `${of[f]} ${deep[i]} ${weights[0]!.self[i]} ${weights[0]!.total[i]}`);
      };
      expect(told(ours)).toEqual(told(twin));
      expect(stackHealth(ours)).toEqual(stackHealth(twin));
    }
  });

  it.each([(4 << 20) - 2, 4 << 20, (4 << 20) + 1, 9 << 20])(
    'cuts lines as its twin does (%i bytes)',
    async (length) => {
      const text = Buffer.from(`a;b 1\n${'x'.repeat(length - 2)} 7\nc 2\n`);
      for (const size of [1 << 16, 3 << 20, text.length]) {
        const [ours, twins] = [await read(foldedWasm, text, size), await read(foldedTs, text, size)];
        expect(ours.samples.size).toBe(twins.samples.size);
        expect(ours.warnings).toEqual(twins.warnings);
      }
    },
  );
});

describe('counts', () => {
  const folded = async (text: string): Promise<string> =>
    Buffer.concat([...foldProfile(await read(foldedTs, Buffer.from(text), 100))]).toString();

  it('beyond 2^53 stay exact, and can be added to fractions', async () => {
    expect(await folded('a 18446744073709551616\nb 9007199254740992\nb 1\n')).toBe(
      'a 18446744073709551616\nb 9007199254740993\n',
    );
    expect(await folded('a 1e20\na 1e20\na 0.5\n')).toBe('a 200000000000000000000\n');
  });

  it('beyond the range of doubles are not accepted', async () => {
    const profile = await read(foldedTs, Buffer.from('a 9e999\nb 2\n'), 100);
    expect(profile.samples.size).toBe(1);
    expect(profile.warnings).toEqual(['1 lines have no count at their end and were left out']);
  });
});

describe('the health of stacks that name no process and no binary', () => {
  it.each([1, 2, 3, 4, 5])('is what walking the frames of each gives (seed %i)', async (seed) => {
    const random = numbersFrom(seed);
    const deep = Array.from({ length: 30 }, () => `main;${'deep;'.repeat(120 + Math.floor(random() * 7))}end 3\n`);
    const text = Buffer.from(foldedText(random, 400) + '\n' + (seed > 2 ? deep.join('') : ''));
    const profile = await read(foldedTs, text, 1 << 16);
    const named = { ...profile, frames: { ...profile.frames, dsos: ['/bin/x'] } };
    // Sums of counts beyond 2^53 are rounded in another order.
    const shares = ({
      samples,
      unknown,
      broken,
      truncated,
    }: Record<'samples' | 'unknown' | 'broken' | 'truncated', number>) =>
      [samples, unknown, broken, truncated].map((value) => Number(value.toPrecision(9)));
    const said = ({ binaries, ...all }: StackHealth) => ({
      all: [...shares(all), all.flat],
      binaries: binaries.map((one) => [...shares(one), ...[...one.why].sort()]),
    });
    expect(said(stackHealth(profile))).toEqual(said(stackHealth(named)));
  });
});

describe('many distinct stacks', () => {
  const lines = Array.from({ length: 50_000 }, (_, i) => `main;f${i % 300};g${i % 7001};h${i} ${1 + (i % 9)}`).sort();
  const text = Buffer.from(`${lines.join('\n')}\n`);

  it('fold to the lines that they were read from', async () => {
    const profile = await read(hasWasm() ? foldedWasm : foldedTs, text, 1 << 16);
    expect(Buffer.concat([...foldProfile(profile)]).equals(text)).toBe(true);
    expect(stackHealth(profile).samples).toBe(lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0));
  });

  it('give the same tree with and without merging, also if only some of them are kept', async () => {
    const profile = await read(foldedTs, text, 1 << 16);
    const { stack } = profile.samples.data;
    if (stack?.kind !== 'number') throw new TypeError('no stacks');
    for (const keep of [1, 7]) {
      const valid = new Uint8Array((profile.samples.size + 7) >> 3);
      for (let row = 0; row < profile.samples.size; row += keep) valid[row >> 3]! |= 1 << (row & 7);
      const data = { ...profile.samples.data, stack: { ...stack, valid } };
      const some = { ...profile, samples: { ...profile.samples, data } };
      const direct = profileTree(some, { bare: true });
      // Two frames with the same name share a function: then stacks are merged one by one.
      const { frames } = profile;
      const name = Uint32Array.from([...frames.name.subarray(0, frames.size), frames.name[0]!]);
      const [dso, flags] = [new Uint32Array(frames.size + 1), new Uint8Array(frames.size + 1)];
      const merged = profileTree(
        { ...some, frames: { ...frames, size: frames.size + 1, name, dso, flags } },
        { bare: true },
      );
      expect(direct.size).toBe(merged.size);
      const told = ({ fn, names, depth, weights }: typeof direct) =>
        Array.from(fn, (f, i) => `${names[f]} ${depth[i]} ${weights[0]!.total[i]}`);
      expect(told(direct)).toEqual(told(merged));
    }
  });
});
