import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import type { Pending } from '../../../src/lib/api.ts';
import { KERNEL, type Bundle } from '../../../src/lib/kernel.ts';
import { PNG, TEXT } from '../../../src/lib/mime.ts';
import { fitText, inLines, textWidth } from '../../../src/lib/views/font.ts';
import { roundUp, spread } from '../../../src/lib/views/labels.ts';
import { lineScreen, live } from '../../../src/lib/views/live.ts';
import { escapeMarkdown, markdownTable } from '../../../src/lib/views/markdown.ts';
import { formatValue } from '../../../src/lib/views/units.ts';
import { requests } from '../answer/given.ts';
import { HOSTILE } from './figures.ts';

test.for([
  [0.0412, 's', '41.2 ms'],
  [0, 's', '0 s'],
  [93, 's', '93 s'],
  [1800, 's', '30 min'],
  [2.5e-7, 's', '250 ns'],
  [1536, 'B', '1.5 KiB'],
  [3 * 2 ** 30, 'B/s', '3 GiB/s'],
  [1024 ** 2, 'B', '1 MiB'],
  [0.973, '1', '97.3 %'],
  [1234, 'count', '1,234'],
  [2_500_000, 'count', '2.5 M'],
  [12.5, '1/s', '12.5/s'],
  [1_200_000, '1/s', '1.2 M/s'],
  [31337, 'id', '31337'],
  [999, 'Hz', '999 Hz'],
  [3, 'tasks', '3 tasks'],
  [-0.5, 's', '-500 ms'],
] as const)('%d of unit %s is written %s', ([value, unit, text]) => {
  expect(formatValue(value, unit)).toBe(text);
});

test('axis ends are round and never below the highest value', () => {
  for (const [most, end] of [
    [0.93, 1],
    [1, 1],
    [1.01, 1.2],
    [363, 400],
    [0.0024, 0.0025],
    [0, 1],
  ] as const)
    expect(roundUp(most)).toBeCloseTo(end, 9);
});

test('labels keep their distance and order, and stay within the frame', () => {
  const placed = spread([100, 101, 5, 238, 239], 14, 240);
  const sorted = placed.slice().sort((a, b) => a - b);
  expect(sorted.every((y, i) => i === 0 || y - sorted[i - 1]! >= 14 - 1e-9)).toBe(true);
  expect(Math.min(...placed)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...placed)).toBeLessThanOrEqual(240);
  expect(placed[0]!).toBeLessThan(placed[1]!);
});

test('text is measured with the font that draws it, and wrapped into lines that fit', () => {
  expect(textWidth('iii', 11)).toBeLessThan(textWidth('WWW', 11) / 3);
  const lines = inLines(
    'peak 97.5 % at 46 s, and a-word-that-is-longer-than-any-line-can-ever-be '.repeat(3).trim(),
    150,
    11,
  );
  expect(Math.max(...lines.map((line) => textWidth(line, 11)))).toBeLessThanOrEqual(150);
  expect(fitText('worker-with-a-long-name-170', 100, 11)).toMatch(/^work.*….*170$/);
});

test('Markdown of a hostile name shows it literally: no element, no link, no image', async () => {
  const html = await marked(
    markdownTable(
      [{ text: 'name', right: false }],
      [[HOSTILE], ['**b** _i_ `c` ~~s~~ | x <b> &amp; http://e.com www.e.com a@e.com 1) - # $x$']],
    ),
    { gfm: true },
  );
  expect(html).not.toMatch(/<(a|img|b|em|strong|code|del)\b/);
  expect(html.match(/<tr>/g)).toHaveLength(3);
  expect(html).toContain('**b** _i_ `c` ~~s~~ | x &lt;b&gt; &amp;amp; http://e.com www.e.com a@e.com');
});

test.for(['# head', '- item', '1. item', '23) item', '+ item', '=== rule', '> quote', '    code'])(
  'a sentence that begins with %j starts no block',
  async (text) => {
    const html = await marked(escapeMarkdown(text.trimStart()), { gfm: true });
    expect(html).toMatch(/^<p>[^<]*<\/p>\n$/);
  },
);

test('a figure is saved in the format of the file name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-view-'));
  const view = requests().line('latency');
  for (const end of ['png', 'svg', 'json', 'txt']) await view.save(join(folder, `a.${end}`));
  expect(readFileSync(join(folder, 'a.png')).subarray(1, 4).toString()).toBe('PNG');
  expect(readFileSync(join(folder, 'a.svg'), 'utf8')).toMatch(/^<svg/);
  expect(readFileSync(join(folder, 'a.json'), 'utf8')).toContain('vega-lite/v5');
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toMatch(/^latency peaked at 500 ms after 4 s/);
  await requests().show().save(join(folder, 'a.md'));
  expect(readFileSync(join(folder, 'a.md'), 'utf8')).toContain('| ---: |');
  await expect(view.save(join(folder, 'a.html'))).rejects.toThrow(/expected a name that ends in .*\.png.*, got/);
});

const capture = (): { pending: Pending<ReturnType<typeof requests>>; end: () => void } => {
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof requests>>();
  const pending = Object.assign(promise, { sofar: requests().slice(2), stop: () => promise });
  return {
    pending,
    end: () => {
      resolve(requests());
    },
  };
};

test('a live chart is one output that is replaced as data arrive, with its PNG at the end', async () => {
  const log: { verb: string; id: string | undefined; bundle: Bundle }[] = [];
  const kernel = {
    display: (bundle: Bundle, options?: { id?: string }) => log.push({ verb: 'display', id: options?.id, bundle }),
    update: (id: string, bundle: Bundle) => log.push({ verb: 'update', id, bundle }),
  };
  Object.assign(globalThis, { [KERNEL]: kernel });
  try {
    const { pending, end } = capture();
    const done = live(pending, (rows) => rows.line('latency'), { every: 5 });
    await expect.poll(() => log.length).toBeGreaterThan(2);
    end();
    expect((await done).size).toBe(5);
  } finally {
    Reflect.deleteProperty(globalThis, KERNEL);
  }
  expect(new Set(log.map(({ id }) => id)).size).toBe(1);
  expect(log.map(({ verb }) => verb)).toEqual(['display', ...log.slice(1).map(() => 'update')]);
  expect(log.slice(0, -1).filter(({ bundle }) => PNG in bundle)).toEqual([]);
  expect(log.at(-1)?.bundle).toHaveProperty([PNG]);
  expect(log.at(-1)?.bundle[TEXT]).toMatch(/^latency peaked at /);
});

test('in a terminal a live chart is one line that is overwritten; in a pipe only the last one is written', async () => {
  for (const isTTY of [true, false]) {
    let text = '';
    const { pending, end } = capture();
    const done = live(pending, (rows) => rows.line('latency'), {
      every: 5,
      screen: lineScreen({ isTTY, write: (piece: string) => (text += piece) }),
    });
    if (isTTY) await expect.poll(() => text).toContain('\r');
    end();
    await done;
    expect(text.endsWith('\n')).toBe(true);
    expect(text.split('\n')).toHaveLength(2);
    expect(text.includes('\r')).toBe(isTTY);
  }
});

test('a live chart that cannot be drawn yet waits for the end, and then throws its error', async () => {
  const { pending, end } = capture();
  const done = live(
    pending,
    () => {
      throw new Error('no such column');
    },
    { every: 5, screen: { show: () => undefined, end: () => undefined } },
  );
  setTimeout(end, 20);
  await expect(done).rejects.toThrow('no such column');
});
