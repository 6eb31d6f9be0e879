import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildRenderer } from '../../scripts/build-extension.js';
import { CHART } from '../../src/lib/mime.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { given, T } from '../unit/answer/given.ts';
import { flamegraphFigure } from '../../src/lib/views/flamegraph.ts';
import type { Bundle } from '../../src/lib/kernel.ts';
import { hostileNames } from '../hostile-names.ts';
import { syntheticProfile } from '../synthetic-profile.ts';
import { cpus, requests } from '../unit/views/figures.ts';
import { shown } from '../unit/views/shown.ts';
import { browserPath, launch, openPage, watch } from './chromium.ts';

const python = process.env['FBF_PYTHON'] ?? join(packageRoot, '.venv', 'bin', 'python');

/** One value with absent ones beside it, then a line. */
const lonely = given<{ t: number; load?: number }>(
  { t: T, load: { unit: 'tasks', doc: 'Load.' } },
  [undefined, 3, undefined, 1, 2, 3].map((load, t) => (load === undefined ? { t } : { t, load })),
);

/** The page that `fbf run` makes of these outputs, without running a cell. */
const makePage = (folder: string, bundles: readonly Bundle[]): string => {
  const outputs = bundles.map((data) => ({ output_type: 'display_data', data, metadata: {} }));
  const cells = outputs.map((output, i) => ({
    cell_type: 'code',
    id: `cell${i}`,
    execution_count: i,
    metadata: {},
    source: '',
    outputs: [output],
  }));
  writeFileSync(
    join(folder, 'in.ipynb'),
    JSON.stringify({ cells, metadata: { title: hostileNames[1] }, nbformat: 4, nbformat_minor: 5 }),
  );
  const code = [
    'import sys, nbformat',
    `sys.path.insert(0, ${JSON.stringify(join(packageRoot, 'src', 'cli'))})`,
    'from page import page',
    'script = open(sys.argv[2], encoding="utf-8").read()',
    'print(page(nbformat.read(sys.argv[1], as_version=4), "page", script))',
  ].join('\n');
  const renderer = join(packageRoot, 'dist', 'renderers', 'page.js');
  const { stdout, stderr, status } = spawnSync(python, ['-c', code, join(folder, 'in.ipynb'), renderer], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  expect(status, stderr).toBe(0);
  writeFileSync(join(folder, 'page.html'), stdout);
  return join(folder, 'page.html');
};

describe.skipIf(browserPath === undefined || !existsSync(python))(
  'a page of fbf run (needs chromium and .venv)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'fbf-page-'));
    let browser: Browser;
    let file: string;

    const open = async (
      scheme: 'light' | 'dark' = 'light',
    ): Promise<{ page: Page; seen: ReturnType<typeof watch> }> => {
      const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, colorScheme: scheme });
      await context.setOffline(true);
      const page = await openPage(context);
      const seen = watch(page);
      await page.goto(`file://${file}`);
      return { page, seen };
    };

    beforeAll(async () => {
      await buildRenderer();
      const flame = flamegraphFigure(syntheticProfile({ samples: 5000, seconds: 8, stacks: 300 }));
      const cut = 'The capture was cut after 11 of 30 s: the host stopped answering.';
      const chart = await shown(cpus(4).line('busy', { by: 'cpu' }));
      file = makePage(folder, [
        await shown(cpus(4).line('busy', { by: 'cpu' })),
        await shown(requests.heatmap('latency')),
        await shown(requests.bar('latency', { by: 'comm' })),
        await shown(requests.slice(20).show()),
        await flame.bundle(flame.say),
        await shown(lonely.line('load')),
        { ...chart, [CHART]: { ...(chart[CHART] as object), say: `</script><img src=x onerror=pwned=1>`, cut } },
      ]);
      browser = await launch();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });

    test('has interactive figures offline: no request, no error, no script from a host', async () => {
      const { page, seen } = await open();
      await expect.poll(() => page.locator('[data-fbf] svg[role="img"]').count()).toBe(4);
      expect(await page.locator('[data-fbf] .flame canvas').first().isVisible()).toBe(true);
      expect(await page.locator('[data-fbf] .bars .entry').count()).toBe(2);
      await expect.poll(() => page.locator('[data-fbf] tbody tr:not(.spacer)').count()).toBe(20);
      expect(await page.locator('[data-fbf] .warning').first().textContent()).toContain('cut after 11 of 30 s');
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(seen).toEqual({
        requests: seen.requests.filter((url) => url.startsWith('data:')),
        dialogs: [],
        errors: [],
      });
      const html = readFileSync(file, 'utf8');
      expect(html.match(/(?:src|href)="(?:https?:)?\/\/[^"]*"/g) ?? []).toEqual([]);
      await page.context().close();
    });

    test('shows the PNG of each figure with its caption as alternative text if scripts are disabled', async () => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await openPage(context);
      await page.goto(`file://${file}`);
      const images = page.locator('[data-fbf] img');
      expect(await images.count()).toBe(6);
      for (const image of await images.all()) expect(await image.getAttribute('alt')).toMatch(/^.{20,}\.$/);
      await context.close();
    });

    test('a crosshair lists the values of all lines at one time, largest first, by pointer and by arrow keys', async () => {
      const { page } = await open();
      const chart = page.locator('[data-fbf] svg[role="img"]').first();
      await chart.scrollIntoViewIfNeeded();
      const box = (await chart.boundingBox())!;
      await page.mouse.move(box.x + box.width / 5, box.y + 80);
      const tip = page.locator('[data-fbf] .tip').first();
      await expect.poll(() => tip.locator('.row').count()).toBe(4);
      const values = (await tip.locator('b').allTextContents()).map((text) => {
        expect(text).toMatch(/^[\d.]+ %$/);
        return parseFloat(text);
      });
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      await chart.focus();
      await page.keyboard.press('Home');
      await expect.poll(() => page.locator('[data-fbf] .plot .live').first().textContent()).toMatch(/^0 s: cpu\d/);
      await page.keyboard.press('Escape');
      expect(await tip.isVisible()).toBe(false);
      await page.context().close();
    });

    test('draws a value between absent ones as a dot that can be seen', async () => {
      const { page } = await open();
      const dots = page.locator('[data-fbf] .lines path.dots');
      expect(await dots.count()).toBe(1);
      expect((await dots.getAttribute('d'))?.match(/M/g)).toHaveLength(1);
      const width = await page.evaluate<string>(`getComputedStyle([...document.querySelectorAll('[data-fbf]')]
        .flatMap((figure) => [...figure.firstElementChild.shadowRoot.querySelectorAll('path.dots')])[0]).strokeWidth`);
      expect(parseFloat(width)).toBeGreaterThanOrEqual(4);
      await page.context().close();
    });

    test('a cell of a heat map shows its count, its time range and its value range', async () => {
      const { page } = await open();
      const heat = page.locator('[data-fbf] svg[role="img"]').nth(1);
      await heat.focus();
      await page.keyboard.press('End');
      await expect
        .poll(() => page.locator('[data-fbf] .plot .live').nth(1).textContent())
        .toMatch(/^[\d,]+ rows?: time [\d.]+ to [\d.]+ s, value [\d.]+ ms to [\d.]+ ms$/);
      await page.context().close();
    });

    test("follows the page's width and the browser's colour scheme", async () => {
      const { page } = await open('dark');
      const chart = page.locator('[data-fbf] svg[role="img"]').first();
      const background = () =>
        page.evaluate<string>("getComputedStyle(document.querySelector('main, body')).backgroundColor");
      expect(await background()).toMatch(/^rgb\((\d|[1-4]\d), /);
      const ink = (): Promise<string> =>
        page.evaluate<string>(
          "getComputedStyle(document.querySelector('[data-fbf]').firstElementChild.shadowRoot.querySelector('svg text')).fill",
        );
      const dark = await ink();
      await page.emulateMedia({ colorScheme: 'light' });
      await expect.poll(ink).not.toBe(dark);
      const wide = (await chart.boundingBox())!.width;
      await page.setViewportSize({ width: 700, height: 900 });
      await expect.poll(async () => (await chart.boundingBox())!.width).toBeLessThan(Math.min(wide, 690));
      await page.context().close();
    });
  },
);
