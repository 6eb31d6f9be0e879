import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test, vi } from 'vitest';
import { PNG, TEXT, VEGALITE } from '../../../src/lib/mime.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { given, T } from '../answer/given.ts';
import { corpus } from '../../corpus.ts';
import { cpus, FIGURES, HOSTILE, requests } from './figures.ts';
import { inkBetween, isOpaque, pixelsOf, shown } from './shown.ts';

vi.setConfig({ testTimeout: 60_000 });

const validator = (file: string) => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const valid = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  return (spec: unknown): unknown => (valid(spec) ? [] : valid.errors?.slice(0, 3));
};

const shipped = validator(join(packageRoot, 'node_modules', 'vega-lite', 'build', 'vega-lite-schema.json'));
const published = corpus('jupyter/vega');
const newest = published === undefined ? undefined : validator(join(published, 'vega-lite-schema.json'));

/** Every key below a value, with what it holds. */
function* keysOf(value: unknown): Generator<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield [key, inner];
    yield* keysOf(inner);
  }
}

test.for(Object.entries(FIGURES))(
  '%s is Vega-Lite that 5.6.1 knows, a picture of ours, and one sentence',
  async ([, figure]) => {
    const bundle = await shown(figure());
    expect(Object.keys(bundle)).toEqual([VEGALITE, PNG, TEXT]);
    expect(shipped(bundle[VEGALITE])).toEqual([]);
    if (newest !== undefined) expect(newest(bundle[VEGALITE])).toEqual([]);
    expect(bundle[TEXT]).toMatch(/^[^\n]+\.$/);
    expect(JSON.stringify(bundle).length).toBeLessThan(1e6);

    // Opaque, and its title is there though no font of the system is used.
    const picture = pixelsOf(bundle[PNG]);
    expect(isOpaque(picture)).toBe(true);
    expect(inkBetween(picture, 0, 60 / picture.height)).toBeGreaterThan(100);

    // No link, no script, nothing to fetch, no control or reordering character.
    const keys = [...keysOf(bundle[VEGALITE])];
    expect(keys.filter(([key]) => key === 'href' || key === 'url').map(([key]) => key)).toEqual([]);
    expect(JSON.stringify([bundle[VEGALITE], bundle[TEXT]])).not.toMatch(/\\u00[01]|\u202e|\u001b/);
  },
);

test('the sentence names the column, the peak, its unit, whose it was and when', async () => {
  const rows = [0, 1, 2].flatMap((t) => [
    { t, cpu: 'cpu0', busy: 0.1 },
    { t, cpu: 'cpu1', busy: t === 2 ? 0.975 : 0.2 },
  ]);
  const answer = given<(typeof rows)[0]>(
    { t: T, cpu: { unit: '', doc: '', key: true }, busy: { unit: '1', doc: '' } },
    rows,
  );
  expect((await shown(answer.line('busy', { by: 'cpu' })))[TEXT]).toBe(
    'busy by cpu (2) over 2 s from 09:00:00 UTC: peak 97.5 % at 2 s (cpu1, mean 45.8 %).',
  );
  expect((await shown(answer.bar('busy', { by: 'cpu' })))[TEXT]).toBe(
    'Mean busy by cpu: highest cpu1 with 45.8 %; 2 in all.',
  );
});

test('the sentence of a heat map says where most lie, what is highest and what is not drawn', async () => {
  expect((await shown(requests.heatmap('latency')))[TEXT]).toMatch(
    /^latency of 29,700 rows over 59\.9 s .*: the fullest band lies at 2\.4\d ms to 2\.93 ms \(\d\d.* %\), the highest is 40\.6 ms at .* s; 300 values of 0 have no place on a logarithmic axis\.$/,
  );
});

/** `n` CPUs at three times, all idle but CPU 0. */
const mostlyIdle = (n: number) =>
  given<{ t: number; cpu: string; busy: number }>(
    { t: T, cpu: { unit: '', doc: '', key: true }, busy: { unit: '1', doc: '' } },
    [0, 1, 2].flatMap((t) => Array.from({ length: n }, (_, i) => ({ t, cpu: `cpu${i}`, busy: i === 0 ? 0.9 : 0 }))),
  );

test('a heat map of shares has a plain axis, on which those that idle are drawn', async () => {
  expect((await shown(mostlyIdle(8).heatmap('busy')))[TEXT]).toMatch(
    /^busy of 24 rows over 2 s .*: most lie at 0 % to 2\.5 % \(87\.5 %\), the highest is 90 % at 0 s\.$/,
  );
});

test('a line that is 0 all the time has no peak', async () => {
  const idle = mostlyIdle(3).filter(({ cpu }) => cpu !== 'cpu0');
  expect((await shown(idle.line('busy', { by: 'cpu' })))[TEXT]).toMatch(/: 0 % all the time\.$/);
});

test('a single moment is called one', async () => {
  expect((await shown(mostlyIdle(2).slice(2).line('busy', { by: 'cpu' })))[TEXT]).toMatch(
    /^busy by cpu \(2\) at one moment, 09:00:00 UTC: peak 90 % at 0 s \(cpu0, mean 90 %\)\.$/,
  );
});

test('a line with several rows at one time is told, and what mends it', async () => {
  expect((await shown(mostlyIdle(3).line('busy')))[TEXT]).toContain('{ by: column } draws a line for each');
});

test('points of the lines beyond the colours are as grey as their lines', async () => {
  const spec = (
    await shown(
      mostlyIdle(20)
        .filter(({ t }) => t < 2)
        .line('busy', { by: 'cpu' }),
    )
  )[VEGALITE] as {
    layer: { mark: { color?: string; point?: { color?: string } } }[];
  };
  const [grey] = spec.layer;
  expect(grey?.mark.color).toBeDefined();
  expect(grey?.mark.point?.color).toBe(grey?.mark.color);
});

test('a caption takes the sentence’s place everywhere', async () => {
  const bundle = await shown(requests.heatmap('latency').caption('two bands: 2 ms and 40 ms'));
  expect(bundle[TEXT]).toBe('two bands: 2 ms and 40 ms');
  expect((bundle[VEGALITE] as { title: { text: string[] } }).title.text.join(' ').replaceAll('\u00a0', ' ')).toBe(
    'two bands: 2 ms and 40 ms',
  );
});

test('an interactive heat map has at most 6,000 cells, and shows every row that is drawn', async () => {
  const spec = (await shown(requests.heatmap('latency')))[VEGALITE] as {
    layer: { data: { values: { n: number }[] } }[];
  };
  const cells = spec.layer[0]!.data.values;
  expect(cells.length).toBeLessThanOrEqual(6000);
  expect(cells.reduce((sum, { n }) => sum + n, 0)).toBe(29_700);
});

test('long series are thinned without losing a peak or closing a gap', async () => {
  const values = Array.from({ length: 200_000 }, (_, i) =>
    i === 77_777 ? 9 : i > 100_000 && i < 120_000 ? undefined : Math.sin(i / 3),
  );
  const long = given<{ t: number; x: number }>(
    { t: T, x: { unit: 'count', doc: '' } },
    values.map((x, i) => (x === undefined ? { t: i / 100 } : { t: i / 100, x })),
  );
  const bundle = await shown(long.line('x'));
  const spec = bundle[VEGALITE] as { data: { values: { t: number; y: number | null }[] } };
  expect(spec.data.values.length).toBeLessThan(2000);
  expect(Math.max(...spec.data.values.map(({ y }) => y ?? 0))).toBe(9);
  expect(spec.data.values.filter(({ y }) => y === null).length).toBeGreaterThan(10);
  expect(bundle[TEXT]).toContain('peak 9 at 778 s');
});

test('names that a host made up are drawn as text, shortened in the middle', async () => {
  const text = JSON.stringify((await shown(FIGURES['hostile names in bars']!()))[VEGALITE]);
  expect(text).not.toContain(HOSTILE);
  expect(text).toContain('<img src=x');
  expect(text).toContain('…');
});

test('the grey lines are counted where not all can be drawn', async () => {
  expect((await shown(cpus(90).line('busy', { by: 'cpu' })))[TEXT]).toContain('the 60 highest are drawn');
});

test('views that need time or names say so', () => {
  const counted = requests.groupby('comm').count();
  expect(() => counted.line('count')).toThrow(/line: expected rows with a time/);
  expect(() => counted.heatmap('count')).toThrow(/heatmap: expected rows with a time/);
});
