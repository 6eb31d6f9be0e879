import { describe, expect, it } from 'vitest';
import { callees, callers } from '../../extension/src/renderers/flamegraph/sandwich.ts';
import {
  functionRows,
  heaviestFunction,
  matches,
  payloadFrames,
} from '../../extension/src/renderers/flamegraph/model.ts';
import { wrong } from '../../extension/src/renderers/flamegraph/check.ts';
import { FLAMEGRAPH, PNG, TEXT, type FlamegraphPayload } from '../../src/lib/mime.ts';
import { drawProfile, drawnSvg, flamegraphFigure } from '../../src/lib/views/flamegraph.ts';
import { flamegraphHtml } from '../../src/lib/views/flamegraph-html.ts';
import { hostileNames } from '../hostile-names.ts';
import { smallProfile } from '../small-profile.ts';
import { syntheticProfile } from '../synthetic-profile.ts';

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the payload of a flame graph', () => {
  const large = syntheticProfile({ samples: 250_000, seconds: 30, stacks: 120_000 });

  it('stays under 1 MB for a profile of 100,000 frames, with every total exact', { timeout: 60_000 }, () => {
    const { tree, payload } = drawProfile(large);
    expect(tree.size).toBeGreaterThan(100_000);
    expect(bytes(payload)).toBeLessThan(1_000_000);
    const { frames, pruned, top } = payload;
    expect(frames.total[0]).toBe(250_000);
    expect(frames.self.reduce((sum, self) => sum + self, 0) + pruned.self).toBe(250_000);
    expect(pruned.frames + frames.depth.length).toBe(tree.size);
    for (const [i, total] of frames.total.entries()) if (i > 0) expect(total / 250_000).toBeGreaterThanOrEqual(0.0005);
    expect(top.self[0]).toBeGreaterThan(0);
  });

  it('fits a smaller budget by leaving out more frames, and gives the limit', { timeout: 60_000 }, () => {
    const { payload } = drawProfile(large, { budget: 200_000 });
    expect(bytes(payload)).toBeLessThan(200_000);
    expect(payload.frames.total[0]).toBe(250_000);
    expect(payload.grid === undefined || payload.grid.folded > 0).toBe(true);
  });

  it('shows the weight of frames that were left out as a gap in their caller', () => {
    const profile = smallProfile([
      { stack: 'main;hot', count: 9990 },
      { stack: 'main;rare1', count: 4 },
      { stack: 'main;rare2', count: 4 },
      { stack: 'main', count: 2 },
    ]);
    const frames = payloadFrames(drawProfile(profile).payload);
    const main = [...frames.name].findIndex((name) => frames.names[name] === 'main');
    expect([frames.self[main], frames.total[main]]).toEqual([2, 10_000]);
    expect(frames.x[main]! + frames.total[main]! - frames.filled[main]!).toBe(8);
  });

  it("passes the renderer's check, also as JSON; damaged payloads do not", () => {
    const { payload } = drawProfile(syntheticProfile({ samples: 500 }));
    const again = JSON.parse(JSON.stringify(payload)) as FlamegraphPayload;
    expect(wrong(again)).toBeUndefined();
    const broken: unknown[] = [
      null,
      [],
      'text',
      { ...again, version: 2 },
      { ...again, names: [1] },
      { ...again, frames: { ...again.frames, self: again.frames.self.slice(1) } },
      { ...again, frames: { ...again.frames, depth: ['x'] } },
      { ...again, top: undefined },
      { ...again, grid: { ...again.grid, columns: 1e9 } },
      { ...again, grid: { ...again.grid, tree: { up: 4 } } },
      { ...again, changes: { before: [], sure: [], functions: [] } },
    ];
    for (const data of broken) expect(wrong(data)).toEqual(expect.any(String));
  });

  it('comes with a PNG and text', async () => {
    const figure = flamegraphFigure(
      smallProfile([
        { stack: 'main;hot', count: 75 },
        { stack: 'main;cold', count: 25 },
      ]),
    );
    const bundle = await figure.bundle(figure.say);
    expect(Object.keys(bundle).sort()).toEqual([FLAMEGRAPH, PNG, TEXT].sort());
    expect(figure.say).toBe('hot itself takes 75.0 % of 100 samples; cold and its callees take 25.0 %.');
    expect(String(bundle[TEXT]).split('\n').slice(0, 4)).toEqual([
      figure.say,
      '    self    self samples   total samples  function',
      '  75.0 %              75              75  hot',
      '  25.0 %              25              25  cold',
    ]);
  });

  it('describes the change in a comparison', () => {
    const before = smallProfile([
      { stack: 'main;f', count: 500 },
      { stack: 'main;g', count: 500 },
    ]);
    const after = smallProfile([
      { stack: 'main;f', count: 800 },
      { stack: 'main;g', count: 200 },
    ]);
    const { payload } = drawProfile(after, { against: before });
    expect(payload.say).toMatch(
      /^[fg] went from (50\.0 % to 80\.0|50\.0 % to 20\.0) % of the profile \([+−]30\.00 points\)/,
    );
    const frames = payloadFrames(payload);
    const f = [...frames.name].findIndex((name) => frames.names[name] === 'f');
    expect(frames.change?.[f]).toBeCloseTo(0.3, 10);
    expect(frames.sure?.[f]).toBe(1);
  });

  it('warns that other events of the file are not in the figure', () => {
    const profile = smallProfile([{ stack: 'main' }], {
      events: [
        { name: 'cpu-clock', samples: 1, unit: 'ns', about: '' },
        { name: 'faults', samples: 3, unit: '', about: '' },
      ],
    });
    expect(drawProfile(profile).payload.warnings).toEqual([
      'Only samples of cpu-clock are shown; the file also has faults.',
    ]);
  });

  it('draws an empty profile', async () => {
    const figure = flamegraphFigure(smallProfile([]));
    const bundle = await figure.bundle(figure.say);
    expect(bundle[TEXT]).toContain('The profile is empty');
    expect(drawnSvg(drawProfile(smallProfile([])))).toContain('</svg>');
  });
});

describe('the renderer computes', () => {
  const frames = payloadFrames(
    drawProfile(smallProfile([{ stack: 'main;a;f;b', count: 3 }, { stack: 'main;f;f', count: 2 }, { stack: 'main;g' }]))
      .payload,
  );
  const nodeOf = (name: string): number => [...frames.name].findIndex((code) => frames.names[code] === name);
  const shown = (of: typeof frames): string[] =>
    [...of.depth].map((depth, i) => `${'  '.repeat(depth)}${of.names[of.name[i]!]} ${of.self[i]} ${of.total[i]}`);

  it('callees of a function, merged from all places where it is called', () => {
    expect(shown(callees(frames, nodeOf('f')))).toEqual(['f 0 5', '  b 3 3', '  f 2 2']);
  });

  it('callers of a function, nearest first', () => {
    expect(shown(callers(frames, nodeOf('f')))).toEqual([
      'f 0 5',
      '  a 0 3',
      '    main 0 3',
      '      app 3 3',
      '  main 0 2',
      '    app 2 2',
    ]);
  });

  it('functions, counting recursion once', () => {
    expect(functionRows(frames).find((row) => row.name === 'f')).toMatchObject({ self: 2, total: 5 });
  });

  it('the heaviest function of the kinds that count', () => {
    const [first] = functionRows(frames);
    const none = new Set<number>();
    expect(heaviestFunction(frames, none)).toEqual({ name: first?.name, self: first?.self });
    expect(heaviestFunction(frames, new Set(frames.kind))).toEqual({ name: '', self: 0 });
  });

  it('the share that a search matches, without overlap', () => {
    expect(matches(frames, '^f$').share).toBeCloseTo(5 / 6);
    expect(matches(frames, 'a|f').share).toBe(1);
    expect(matches(frames, '(').share).toBe(0);
  });
});

describe('hostile names', () => {
  const profile = smallProfile(
    hostileNames.map((name) => ({ stack: `main;${name.replaceAll(';', ',').replaceAll('@', 'a')}`, count: 9 })),
  );

  it('are escaped in the SVG, without control and bidirectional characters', () => {
    const svg = drawnSvg(drawProfile(profile), { script: false });
    expect(svg).not.toMatch(/<(script|img|iframe|a|style [^>]|meta|foreignObject)[\s>]/i);
    expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b\u202a-\u202e\u2066-\u2069]/);
  });

  it('cannot close the script element that holds them in a page', () => {
    const page = flamegraphHtml(drawProfile(profile, { title: '</title><script>1</script>' }).payload, { script: '' });
    expect(page.match(/<\/?script/g)).toHaveLength(4);
    expect(page.match(/<\/?title/g)).toHaveLength(2);
  });
});
