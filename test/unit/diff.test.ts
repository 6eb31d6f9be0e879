import { describe, expect, it } from 'vitest';
import { diffFolded } from '../../src/lib/stacks/diff-folded.ts';
import { discoveries, inflation, normalScore, twoSided } from '../../src/lib/stacks/diff-test.ts';
import { diffProfiles } from '../../src/lib/stacks/diff.ts';
import { numbersFrom } from '../random.ts';
import { syntheticProfile } from '../synthetic-profile.ts';
import { smallProfile } from '../small-profile.ts';

describe('two profiles compared', () => {
  const shapes = [
    { samples: 20_000, stacks: 300, burst: 1 },
    { samples: 20_000, stacks: 300, burst: 10 },
    { samples: 5000, stacks: 1000, burst: 3 },
  ];

  it.for(shapes)('flags at most 1 % of frames between two captures of one load: %j', (shape) => {
    let [flagged, frames] = [0, 0];
    for (let seed = 1; seed <= 5; seed++) {
      const after = syntheticProfile({ ...shape, samples: shape.samples * 1.3, seed: seed + 100 });
      const { sure, functions } = diffProfiles(syntheticProfile({ ...shape, seed }), after);
      flagged += sure.reduce((sum, flag) => sum + flag, 0) + functions.filter((f) => f.sure).length;
      frames += sure.length;
    }
    expect(flagged / frames).toBeLessThanOrEqual(0.01);
  });

  it('lists a function that takes 20 % longer first and flags it', () => {
    const shape = { samples: 60_000, stacks: 300 };
    const before = syntheticProfile({ ...shape, seed: 1 });
    const usual = diffProfiles(before, before).functions;
    const named = usual.filter((f) => f.name !== '[unknown]').sort((a, b) => b.before - a.before);
    for (const { name } of [named[0]!, named[1]!, named[3]!]) {
      const after = syntheticProfile({ ...shape, seed: 2, slower: { [name]: 1.2 } });
      const { functions } = diffProfiles(before, after);
      expect(functions[0]).toMatchObject({ name, sure: true });
      expect(functions[0]!.change).toBeGreaterThan(0);
    }
  });

  it('compares shares: twice as many samples of the same load are no change', () => {
    const stacks = (times: number) =>
      smallProfile([
        { stack: 'main;f', count: 300 * times },
        { stack: 'main;g', count: 700 * times },
      ]);
    const { functions } = diffProfiles(stacks(1), stacks(2));
    expect(functions.map(({ change, sure }) => [change, sure])).toEqual(functions.map(() => [0, false]));
  });

  it('reports frames that are new or gone', () => {
    const before = smallProfile([
      { stack: 'main;old', count: 400 },
      { stack: 'main;kept', count: 600 },
    ]);
    const after = smallProfile([
      { stack: 'main;new', count: 400 },
      { stack: 'main;kept', count: 600 },
    ]);
    const { functions } = diffProfiles(before, after);
    const of = (name: string) => functions.find((f) => f.name === name);
    expect(of('new')).toMatchObject({ before: 0, after: 0.4, sure: true });
    expect(of('old')).toMatchObject({ before: 0.4, after: 0, sure: true });
    expect(of('kept')).toMatchObject({ change: 0, sure: false });
  });

  it('flags nothing against an empty profile', () => {
    const { functions, sure } = diffProfiles(smallProfile([]), smallProfile([{ stack: 'main', count: 100 }]));
    expect(functions.filter((f) => f.sure)).toEqual([]);
    expect(sure).not.toContain(1);
  });
});

describe('the statistical tests of a comparison', () => {
  it('compute the tails of the normal distribution', () => {
    for (const [z, p] of [
      [0, 1],
      [1, 0.3173105],
      [1.959964, 0.05],
      [5, 5.733031e-7],
      [8, 1.244192e-15],
    ] as const)
      expect(twoSided(z) / p).toBeCloseTo(1, 5);
  });

  it("convert Student's t to a normal score with the same tail", () => {
    // Two-sided 5 % and 0.1 % points of t with 46 degrees of freedom.
    expect(normalScore(2.0129, 46)).toBeCloseTo(1.96, 2);
    expect(normalScore(3.515, 46)).toBeCloseTo(3.2905, 2);
    expect(normalScore(-1.5, Infinity)).toBe(-1.5);
  });

  it('find the discoveries of Benjamini and Hochberg', () => {
    // The example of their paper (1995), 15 p-values: at 0.05 the four smallest are discoveries.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    expect([...discoveries(Float64Array.from(p), 0.05)].join('')).toBe('111100000000000');
    expect([...discoveries(Float64Array.of(NaN, 0.001, NaN), 0.05)]).toEqual([0, 1, 0]);
  });

  it('detect scores with a wider spread than chance', () => {
    const next = numbersFrom(3);
    const normal = () => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6);
    const scores = Float64Array.from({ length: 2000 }, normal);
    expect(inflation(scores)).toBeLessThan(1.15);
    expect(inflation(scores.map((z) => z * 2))).toBeGreaterThan(3.3);
    expect(inflation(Float64Array.of(9, -9, 9))).toBe(1);
  });
});

describe('folded stacks with both counts', () => {
  it('have a line for each stack of either profile, in order', () => {
    expect(
      diffFolded(
        [
          ['b', 2],
          ['a', 1],
        ],
        [
          ['c', 3],
          ['a', 4],
        ],
      ),
    ).toEqual(['a 1 4', 'b 2 0', 'c 0 3']);
  });

  it('sum lines with equal stacks after addresses were stripped', () => {
    const lines = diffFolded(
      [
        ['f;0x12', 1],
        ['f;0xAB', 2],
      ],
      [['f;0x99', 5]],
      { stripHex: true },
    );
    expect(lines).toEqual(['f;0x... 3 5']);
  });
});
