import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test, vi } from 'vitest';
import { CHART, PNG, TEXT, type ChartPayload } from '../../../src/lib/mime.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { given, T } from '../answer/given.ts';
import { corpus } from '../../corpus.ts';
import { cpus, FIGURES, HOSTILE, requests } from './figures.ts';
import { checkedChart } from '../../../extension/src/renderers/chart/check.ts';
import { inkBetween, isOpaque, pixelsOf, plotOf, shown, vegaliteOf } from './shown.ts';

vi.setConfig({ testTimeout: 60_000 });

const validator = (file: string) => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const valid = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  return (spec: unknown): unknown => (valid(spec) ? [] : valid.errors?.slice(0, 3));
};

const shipped = validator(join(packageRoot, 'node_modules', 'vega-lite', 'build', 'vega-lite-schema.json'));
const published = corpus('jupyter/vega');
const newest = published === undefined ? undefined : validator(join(published, 'vega-lite-schema.json'));

/** All keys in a value, with their values. */
function* keysOf(value: unknown): Generator<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield [key, inner];
    yield* keysOf(inner);
  }
}

test.for(Object.entries(FIGURES))(
  '%s is a chart of ours, a picture, one sentence, and a file of Vega-Lite that 5.6.1 knows',
  async ([, figure]) => {
    const bundle = await shown(figure());
    expect(Object.keys(bundle)).toEqual([CHART, PNG, TEXT]);
    expect(checkedChart(JSON.parse(JSON.stringify(bundle[CHART])))).toEqual(bundle[CHART]);
    const spec = await vegaliteOf(figure());
    expect(shipped(spec)).toEqual([]);
    if (newest !== undefined) expect(newest(spec)).toEqual([]);
    // No front end offers to send it to an outside editor.
    expect(spec['usermeta']).toEqual({ embedOptions: { actions: false } });
    expect(bundle[TEXT]).toMatch(/^[^\n]+\.$/);
    expect(JSON.stringify(bundle).length).toBeLessThan(1e6);

    // It is opaque, and its title is drawn although no system font is used.
    const picture = pixelsOf(bundle[PNG]);
    expect(isOpaque(picture)).toBe(true);
    expect(inkBetween(picture, 0, 60 / picture.height)).toBeGreaterThan(100);

    // No link, no script, no external resource, no control or bidirectional character.
    const keys = [...keysOf(spec)];
    expect(keys.filter(([key]) => key === 'href' || key === 'url').map(([key]) => key)).toEqual([]);
    expect(JSON.stringify([spec, bundle[CHART], bundle[TEXT]])).not.toMatch(/\\u00[01]|\u202e|\u001b/);
  },
);

test('the sentence names the line, the column, the peak with its unit, and its time', async () => {
  const rows = [0, 1, 2].flatMap((t) => [
    { t, cpu: 'cpu0', busy: 0.1 },
    { t, cpu: 'cpu1', busy: t === 2 ? 0.975 : 0.2 },
  ]);
  const answer = given<(typeof rows)[0]>(
    { t: T, cpu: { unit: '', doc: '', key: true }, busy: { unit: '1', doc: '' } },
    rows,
  );
  expect((await shown(answer.line('busy', { by: 'cpu' })))[TEXT]).toBe(
    'busy: cpu1 peaked at 97.5 % after 2 s; its mean is 45.8 %.',
  );
  expect((await shown(answer.bar('busy', { by: 'cpu' })))[TEXT]).toBe(
    'Mean busy by cpu: cpu1 has 45.8 %; the highest of 2.',
  );
});

test('the sentence of a heat map gives the most frequent range, the highest value and what is not drawn', async () => {
  expect((await shown(requests.heatmap('latency')))[TEXT]).toMatch(
    /^latency: \d\d\.\d % of 29,700 rows are 2\.4\d ms to 2\.93 ms; the highest is 40\.6 ms after [\d.]+ s\. 300 values of 0 or below cannot be drawn on a logarithmic axis\.$/,
  );
});

/** `n` CPUs at three times, all idle but CPU 0. */
const mostlyIdle = (n: number) =>
  given<{ t: number; cpu: string; busy: number }>(
    { t: T, cpu: { unit: '', doc: '', key: true }, busy: { unit: '1', doc: '' } },
    [0, 1, 2].flatMap((t) => Array.from({ length: n }, (_, i) => ({ t, cpu: `cpu${i}`, busy: i === 0 ? 0.9 : 0 }))),
  );

test('a heat map of shares has a linear axis from 0, so that idle CPUs are drawn', async () => {
  expect((await shown(mostlyIdle(8).heatmap('busy')))[TEXT]).toMatch(
    /^busy: 87\.5 % of 24 rows are 0 % to 2\.5 %; the highest is 90 % after 0 s\.$/,
  );
});

test('the sentence of a line that is always 0 gives no peak', async () => {
  const idle = mostlyIdle(3).filter(({ cpu }) => cpu !== 'cpu0');
  expect((await shown(idle.line('busy', { by: 'cpu' })))[TEXT]).toMatch(/: 0 % all the time\.$/);
});

test('the sentence says if there is only one sample', async () => {
  expect((await shown(mostlyIdle(2).slice(2).line('busy', { by: 'cpu' })))[TEXT]).toMatch(
    /^busy: cpu0 had 90 % at the only sample, after 0 s\.$/,
  );
});

test('without by there is a line for each key of the table, named by its value', async () => {
  const { series, y } = await plotOf(mostlyIdle(3).line('busy'), 'lines');
  expect(series.map(({ name }) => name)).toEqual(['cpu0', 'cpu1', 'cpu2']);
  expect(y.title).toBe('busy (%), a line per cpu');
});

test('a process line has its name and pid, and a number the title of its column', async () => {
  const rows = [1, 2].flatMap((pid) => [0, 1].map((t) => ({ t, pid, started: pid * 10, name: 'shop', cpu: pid / 4 })));
  const docs = {
    t: T,
    pid: { unit: 'id', doc: '', key: true as const, ref: 'pid' as const, title: 'process' },
    started: { unit: 's', doc: '', key: true as const },
    name: { unit: '', doc: '' },
    cpu: { unit: '1', doc: '' },
  };
  const { series } = await plotOf(given<(typeof rows)[0]>(docs, rows).line('cpu'), 'lines');
  expect(series.map(({ name }) => name)).toEqual(['shop · process 2', 'shop · process 1']);
});

test('axes, sentences and table heads use the title of a column', async () => {
  const load = given<{ t: number; one: number }>(
    { t: T, one: { unit: 'tasks', doc: '', title: '1-minute load' } },
    [0, 1].map((t) => ({ t, one: t + 1 })),
  );
  const bundle = await shown(load.line('one'));
  expect(bundle[TEXT]).toBe('1-minute load peaked at 2 tasks after 1 s; its mean is 1.5 tasks.');
  expect((bundle[CHART] as ChartPayload).axis).toBe('1-minute load (tasks)');
  expect((await shown(load.bar('one')))[TEXT]).toContain('1-minute load: ');
  expect((await shown(load.heatmap('one')))[TEXT]).toContain('1-minute load: ');
  expect((await shown(load.show()))[TEXT]).toContain('1-minute load');
});

test('a column of a joined answer can be drawn like any other', async () => {
  const [left, right] = ['a', 'b'].map((name) =>
    given<{ t: number; x: number }>(
      { t: T, x: { unit: '1', doc: name } },
      [0, 1, 2].map((t) => ({ t, x: t / (name === 'a' ? 4 : 2) })),
    ),
  );
  const { series } = await plotOf(left!.joinTime({ b: right! }).line('b.x'), 'lines');
  expect(series.map(({ y }) => y)).toEqual([[0, 50, 100]]);
});

test('a line with several rows at the same time is reported, with what to do about it', async () => {
  expect(
    (
      await shown(
        mostlyIdle(3)
          .derive({ all: () => 'all' })
          .line('busy', { by: 'all' }),
      )
    )[TEXT],
  ).toContain('draw a line for each with { by: column }');
});

test('points of grey lines are grey', async () => {
  const spec = (await vegaliteOf(
    mostlyIdle(20)
      .filter(({ t }) => t < 2)
      .line('busy', { by: 'cpu' }),
  )) as unknown as { layer: { mark: { color?: string; point?: { color?: string } } }[] };
  const [grey] = spec.layer;
  expect(grey?.mark.color).toBeDefined();
  expect(grey?.mark.point?.color).toBe(grey?.mark.color);
});

test('an SVG has its sentence as label for screen readers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-svg-'));
  await mostlyIdle(2).line('busy').caption('A "quoted" <b>caption</b>').save(join(folder, 'a.svg'));
  const svg = readFileSync(join(folder, 'a.svg'), 'utf8');
  rmSync(folder, { recursive: true });
  expect(svg).toMatch(/^<svg role="img" aria-label="A &quot;quoted&quot; &lt;b&gt;caption&lt;\/b&gt;" /);
  expect(svg).toContain('<title>A &quot;quoted&quot; &lt;b&gt;caption&lt;/b&gt;</title>');
});

test('a caption replaces the sentence in all forms', async () => {
  const view = requests.heatmap('latency').caption('two bands: 2 ms and 40 ms');
  const bundle = await shown(view);
  expect(bundle[TEXT]).toBe('two bands: 2 ms and 40 ms');
  expect((bundle[CHART] as ChartPayload).say).toBe('two bands: 2 ms and 40 ms');
  const { text } = (await vegaliteOf(view))['title'] as { text: string[] };
  expect(text.join(' ').replaceAll('\u00a0', ' ')).toBe('two bands: 2 ms and 40 ms');
});

test('an interactive heat map has at most 6,000 cells, and shows every row that is drawn', async () => {
  const { counts, columns, edges } = await plotOf(requests.heatmap('latency'), 'heat');
  expect(counts).toHaveLength(columns * (edges.length - 1));
  expect(counts.length).toBeLessThanOrEqual(6000);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(29_700);
});

test('long series are thinned without losing peaks or gaps', async () => {
  const values = Array.from({ length: 200_000 }, (_, i) =>
    i === 77_777 ? 9 : i > 100_000 && i < 120_000 ? undefined : Math.sin(i / 3),
  );
  const long = given<{ t: number; x: number }>(
    { t: T, x: { unit: 'count', doc: '' } },
    values.map((x, i) => (x === undefined ? { t: i / 100 } : { t: i / 100, x })),
  );
  const { series } = await plotOf(long.line('x'), 'lines');
  const y = series[0]!.y;
  expect(y.length).toBeLessThan(2000);
  expect(Math.max(...y.map((value) => value ?? 0))).toBe(9);
  expect(y.filter((value) => value === null).length).toBeGreaterThan(10);
  expect((await shown(long.line('x')))[TEXT]).toContain('peaked at 9 after 778 s');
});

test('hostile names are drawn as text, shortened in the middle', async () => {
  const text = JSON.stringify(await vegaliteOf(FIGURES['hostile names in bars']!()));
  expect(text).not.toContain(HOSTILE);
  expect(text).toContain('<img src=x');
  expect(text).toContain('…');
});

test('the sentence says how many lines are drawn if there are too many', async () => {
  expect((await shown(cpus(90).line('busy', { by: 'cpu' })))[TEXT]).toContain('The 60 highest of 90 lines are drawn.');
});

test('views that need a time or names say so', () => {
  const counted = requests.groupby('comm').count();
  expect(() => counted.line('count')).toThrow(/line: expected rows with a time/);
  expect(() => counted.heatmap('count')).toThrow(/heatmap: expected rows with a time/);
});
