import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRenderer } from '../../scripts/build-extension.js';
import { connect, openProfile, sixtySeconds } from '../../src/lib/index.ts';
import type { View } from '../../src/lib/api.ts';
import { TABLE } from '../../src/lib/mime.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { given, T } from '../unit/answer/given.ts';
import { shown } from '../unit/views/shown.ts';
import { browserPath, launch } from './chromium.ts';

const CUT = 'Cut after 11 of 30 s: the host stopped answering.';

const cutAnswer = (): View =>
  given<{ t: number; load: number }>(
    { t: T, load: { unit: 'tasks', doc: '1-minute load.', title: '1-minute load' } },
    Array.from({ length: 11 }, (_, t) => ({ t, load: t })),
    { cut: CUT, coverage: 11 / 30 },
  ).show();

/** The verdict on the bundled host that runs out of CPU. */
const verdict = async (): Promise<View> => {
  const host = await connect(`recording:${join(packageRoot, 'fixtures', 'cpu-bound')}`);
  return sixtySeconds((await host.ask(sixtySeconds.questions as never)) as never);
};

/** What is wrong with the stacks of the bundled profile, with what fixes it. */
const health = async (): Promise<View> =>
  (await openProfile(join(packageRoot, 'fixtures', 'shop-profile', 'shop.data.zst'))).health.show();

/** Word, colour and contrast of each verdict: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
const BADGES = `(() => {
  const { shadowRoot } = document.querySelector('[data-fbf]').firstElementChild;
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = light(getComputedStyle(shadowRoot.querySelector('.card')).backgroundColor);
  return [...shadowRoot.querySelectorAll('tbody .badge')].map((badge) => {
    const { color } = getComputedStyle(badge);
    const [low, high] = [light(color), behind].sort((a, b) => a - b);
    return { text: badge.innerText, color, contrast: (high + 0.05) / (low + 0.05) };
  });
})()`;

interface Badge {
  readonly text: string;
  readonly color: string;
  readonly contrast: number;
}

describe.skipIf(browserPath === undefined)('a table in a browser (needs chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-table-'));
  let browser: Browser;

  const write = async (name: string, view: View): Promise<void> => {
    const payload = JSON.stringify((await shown(view))[TABLE]).replaceAll('<', '\\u003c');
    const script = readFileSync(join(packageRoot, 'dist', 'renderers', 'page.js'), 'utf8').replaceAll(
      '</script',
      '<\\/script',
    );
    const figure = `<div data-fbf="${TABLE}"><script type="application/json">${payload}</script></div>`;
    const style =
      '<style>body { margin: 0; } @media (prefers-color-scheme: dark) { body { background: #16191d; } }</style>';
    writeFileSync(
      join(folder, name),
      `<!doctype html><meta charset="utf-8">${style}${figure}<script>${script}</script>`,
    );
  };
  const open = async (name: string, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme });
    await page.goto(`file://${join(folder, name)}`);
    await page.locator('tbody tr:not(.spacer)').first().waitFor();
    return page;
  };
  /** Pixels by which the table, and the widest text of a cell, stand out of their boxes. */
  const overflow = (page: Page) =>
    page.evaluate<number[]>(`(() => {
      const { shadowRoot } = document.querySelector('[data-fbf]').firstElementChild;
      const over = (box) => box.scrollWidth - box.clientWidth;
      return [over(shadowRoot.querySelector('.table')), Math.max(...[...shadowRoot.querySelectorAll('td, th')].map(over))];
    })()`);

  beforeAll(async () => {
    await buildRenderer();
    await write('verdict.html', await verdict());
    await write('cut.html', cutAnswer());
    await write('health.html', await health());
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('has next and fix as columns of the verdict where there is room for them', async () => {
    const page = await open('verdict.html', 1400);
    for (const name of ['next', 'fix'])
      expect(await page.locator('thead th', { hasText: name }).isVisible()).toBe(true);
    const suspect = page.locator('tbody tr', { has: page.locator('.badge.suspect') }).first();
    for (const cell of (await suspect.locator('td.aside').all()).slice(-2))
      expect(await cell.innerText()).toMatch(/^[A-Z].{20,}/);
    expect(await page.locator('.under').first().isVisible()).toBe(false);
    expect(await overflow(page)).toEqual([0, 0]);
    await page.close();
  });

  it.each([900, 560, 470])(
    'has them under the finding at %d px, where nothing has to be scrolled to the side',
    async (width) => {
      const page = await open('verdict.html', width);
      for (const name of ['next', 'fix'])
        expect(await page.locator('thead th', { hasText: name }).isVisible()).toBe(false);
      const suspect = page.locator('tbody tr', { has: page.locator('.badge.suspect') }).first();
      const under = suspect.locator('+ .under .below div');
      expect((await under.allInnerTexts()).map((line) => line.split(' ')[0])).toEqual(['next', 'fix']);
      for (const line of await under.all()) expect(await line.isVisible()).toBe(true);
      expect(await overflow(page)).toEqual([0, 0]);
      await page.close();
    },
  );

  it('gives lines under a row the width of the numbers beside its text, too', async () => {
    const page = await open('health.html', 900);
    const [line, table] = await Promise.all(
      [page.locator('.under .below').first(), page.locator('table')].map((box) => box.boundingBox()),
    );
    expect(line?.width).toBeGreaterThan(0.7 * (table?.width ?? 0));
    expect(await overflow(page)).toEqual([0, 0]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'has the verdicts by severity, in words, with shapes and colours, %s',
    async (scheme) => {
      const page = await open('verdict.html', 1400, scheme);
      const badges = await page.evaluate<Badge[]>(BADGES);
      const words = badges.map(({ text }) => text.replace(/^\S+ /, ''));
      const order = ['suspect', 'undecided', 'not checked', 'cleared'];
      expect(words).toEqual(words.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
      const different = new Set(words).size;
      expect(different).toBeGreaterThan(2);
      expect(new Set(badges.map(({ color }) => color)).size).toBe(different);
      expect(new Set(badges.map(({ text }) => text.slice(0, 1))).size).toBe(different);
      for (const { text, contrast } of badges) expect(contrast, text).toBeGreaterThan(4.5);
      await page.close();
    },
  );

  it('says the threshold of a verdict when its row is pointed at', async () => {
    const page = await open('verdict.html', 1400);
    const row = page.locator('tbody tr', { hasText: 'vmstat 1' }).first();
    for (const cell of await row.locator('td').all())
      expect(await cell.getAttribute('title')).toMatch(/^threshold: a task waited for a CPU in 25 %/);
    expect(await page.locator('thead th', { hasText: 'threshold' }).count()).toBe(0);
    await page.close();
  });

  it('warns first that a capture was cut, once, and then says what the table is', async () => {
    const page = await open('cut.html', 900);
    const parts = page.locator('.card > *');
    expect(await parts.nth(0).innerText()).toBe(`⚠ ${CUT}`);
    expect(await parts.nth(0).getAttribute('class')).toBe('warning');
    expect(await parts.nth(1).innerText()).not.toContain('Cut after');
    expect((await page.locator('.card').innerText()).match(/Cut after/g)).toHaveLength(1);
    expect(await page.locator('.how').innerText()).toContain('coverage 36.7 %');
    expect(await page.locator('tbody tr:not(.spacer)').count()).toBe(11);
    await page.close();
  });
});
