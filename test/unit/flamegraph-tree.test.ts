import { describe, expect, it } from 'vitest';
import { profileTree } from '../profile-tree.ts';
import { functionWeights } from '../../src/lib/stacks/tree-top.ts';
import type { Tree } from '../../src/lib/stacks/tree.ts';
import { smallProfile } from '../small-profile.ts';
import { numbersFrom } from '../random.ts';
import { syntheticProfile } from '../synthetic-profile.ts';

const nameOf = (tree: Tree, i: number): string => (i === 0 ? 'all' : (tree.names[tree.fn[i] ?? 0] ?? ''));
const lines = (tree: Tree): string[] =>
  Array.from({ length: tree.size }, (_, i) => {
    const { self, total } = tree.weights[0]!;
    return `${'  '.repeat(tree.depth[i]!)}${nameOf(tree, i)} ${self[i]} ${total[i]}`;
  });

describe('stacks merged into a tree', () => {
  const profile = smallProfile([
    { stack: 'main;work;sum', count: 3 },
    { stack: 'main;work', count: 2 },
    { stack: 'main;idle_[k]' },
    { stack: 'main;idle' },
    { stack: '' },
  ]);

  it('has self and total weights, with siblings in order of name', () => {
    expect(lines(profileTree(profile))).toEqual([
      'all 0 8',
      '  app 1 8',
      '    main 0 7',
      '      idle 1 1',
      '      idle 1 1',
      '      work 2 5',
      '        sum 3 3',
    ]);
  });

  it('separates a kernel function from a user function with the same name', () => {
    const tree = profileTree(profile);
    const kinds = Array.from({ length: tree.size }, (_, i) =>
      nameOf(tree, i) === 'idle' ? tree.kinds[tree.fn[i]!] : -1,
    );
    expect(new Set(kinds.filter((kind) => kind !== -1)).size).toBe(2);
  });

  it('is merged from the innermost function if reversed', () => {
    expect(lines(profileTree(profile, { reverse: true, bare: true }))).toEqual([
      'all 1 8',
      '  idle 0 1',
      '    main 1 1',
      '  idle 0 1',
      '    main 1 1',
      '  sum 0 3',
      '    work 0 3',
      '      main 3 3',
      '  work 0 2',
      '    main 2 2',
    ]);
  });

  it('counts a recursive function once in its total', () => {
    const tree = profileTree(
      smallProfile([{ stack: 'f;g;f;f', count: 4 }, { stack: 'f', count: 2 }, { stack: 'g;f' }]),
    );
    const { self, total } = functionWeights(tree);
    const f = tree.names.indexOf('f');
    expect([self[f], total[f]]).toEqual([7, 7]);
    expect(total[tree.names.indexOf('g')]).toBe(5);
  });

  it('equals a merge by maps of text, for random profiles', () => {
    for (const seed of [1, 2, 3]) {
      const made = syntheticProfile({ seed, program: seed, samples: 3000, stacks: 500 });
      const tree = profileTree(made);
      const want = new Map<string, number>();
      const { stack } = made.samples.data;
      for (let i = 0; i < made.samples.size; i++) {
        const path: string[] = [];
        for (
          let at = stack?.kind === 'number' ? stack.values[i]! : -1;
          at < made.stacks.size;
          at = made.stacks.parent[at]!
        ) {
          const frame = made.stacks.frame[at]!;
          path.unshift(`${made.frames.names[made.frames.name[frame]!]} ${made.frames.flags[frame]}`);
        }
        for (let n = 0; n <= path.length; n++) {
          const key = path.slice(0, n).join(';');
          want.set(key, (want.get(key) ?? 0) + 1);
        }
      }
      // Without the root: its child 'app' has the same weight as the empty path.
      const totals = [...tree.weights[0]!.total].slice(1).sort((a, b) => a - b);
      expect(totals).toEqual([...want.values()].sort((a, b) => a - b));
    }
  });

  it('does not depend on the order of samples', () => {
    const next = numbersFrom(5);
    const samples = Array.from({ length: 300 }, (_, i) => ({ stack: `main;f${i % 7};g${i % 11};h${i % 3}` }));
    const shuffled = [...samples].sort(() => next() - 0.5);
    expect(lines(profileTree(smallProfile(shuffled)))).toEqual(lines(profileTree(smallProfile(samples))));
  });

  it('uses one event only: the first, unless another is named', () => {
    const made = syntheticProfile({ samples: 10 });
    const event = made.samples.data['event'];
    if (event?.kind !== 'text') throw new Error('expected events');
    const codes = Uint32Array.from({ length: 10 }, (_, i) => (i < 7 ? 0 : 1));
    const data = { ...made.samples.data, event: { ...event, codes, names: ['cycles:P', 'faults'] } };
    const mixed = { ...made, samples: { ...made.samples, data } };
    expect(profileTree(mixed).weights[0]!.total[0]).toBe(7);
    expect(profileTree(mixed, { event: 'faults' }).weights[0]!.total[0]).toBe(3);
    expect(profileTree(mixed, { event: 'cycles' }).weights[0]!.total[0]).toBe(7);
    expect(profileTree(mixed, { event: 'none' }).weights[0]!.total[0]).toBe(0);
  });

  it('is weighted by period on request', () => {
    expect(profileTree(syntheticProfile({ samples: 4 }), { weight: 'period' }).weights[0]!.total[0]).toBe(4_000_000);
  });

  it('can be made of an empty profile', () => {
    expect(lines(profileTree(smallProfile([])))).toEqual(['all 0 0']);
  });
});
