import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { build } from '../../scripts/build-extension.js';
import { FLAMEGRAPH, PNG, TABLE, TEXT, type TablePayload } from '../../src/lib/mime.ts';
import { flamegraphFigure } from '../../src/lib/views/flamegraph.ts';
import { hostileNames } from '../hostile-names.ts';
import { syntheticProfile } from '../synthetic-profile.ts';
import { launch, openPage, watch } from './chromium.ts';
import { endKernels } from './lab.ts';

const table: TablePayload = {
  version: 1,
  title: 'Numbers',
  say: 'A thousand rows.',
  size: 5000,
  rows: 1000,
  columns: [
    { name: 'i', unit: 'count', doc: 'Its number.', kind: 'number', values: Array.from({ length: 1000 }, (_, i) => i) },
    {
      name: 'who',
      unit: '',
      doc: 'Text from a host.',
      kind: 'text',
      values: Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? null : (hostileNames[i % 20] ?? ''))),
    },
  ],
};

/** A table with few rows, which is shown whole. */
const verdict: TablePayload = {
  version: 1,
  title: 'Verdict',
  say: 'Two findings.',
  size: 2,
  rows: 2,
  columns: [
    {
      name: 'busy',
      unit: '1',
      doc: 'Its share.',
      kind: 'number',
      values: [0.25, 1],
      scale: { factor: 100, label: '%', digits: 1 },
    },
    { name: 'pid', unit: 'id', doc: 'Its process.', kind: 'number', values: [7, 24283] },
    {
      name: 'say',
      unit: '',
      doc: '',
      kind: 'text',
      values: ['short', 'a sentence that needs more than one line '.repeat(4)],
    },
  ],
};

const cell = (data: Readonly<Record<string, unknown>>) => ({
  cell_type: 'code',
  execution_count: 1,
  id: Math.random().toString(36).slice(2, 10),
  metadata: {},
  source: 'profile.flamegraph()',
  outputs: [{ output_type: 'execute_result', execution_count: 1, data, metadata: {} }],
});

const notebook = (...cells: readonly unknown[]): string =>
  JSON.stringify({
    cells,
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  });

const lab = inject('lab');

describe.skipIf(lab.url === '')('the extension in JupyterLab (needs chromium and JupyterLab)', () => {
  let browser: Browser;
  const profile = syntheticProfile({ samples: 30_000, seconds: 20, stacks: 2000, burst: 4 });

  const open = async (path: string): Promise<Page> => {
    const page = await openPage(browser, { viewport: { width: 1400, height: 1000 } });
    await page.goto(`${lab.url}/doc/tree/${path}`);
    return page;
  };

  beforeAll(async () => {
    await build();
    browser = await launch();
    const figure = flamegraphFigure(profile, { title: 'On CPU' });
    const bundle = await figure.bundle(figure.say);
    await writeFile(join(lab.folder, 'stored.ipynb'), notebook(cell({ ...bundle })));
    await writeFile(join(lab.folder, 'verdict.ipynb'), notebook(cell({ [TABLE]: verdict, [TEXT]: 'text' })));
    const broken = { [FLAMEGRAPH]: { version: 1, title: 3 }, [TEXT]: 'text' };
    await writeFile(join(lab.folder, 'table.ipynb'), notebook(cell({ [TABLE]: table, [TEXT]: 'text' })));
    await writeFile(join(lab.folder, 'broken.ipynb'), notebook(cell(broken)));
  });
  afterAll(async () => {
    await browser.close();
    await endKernels(lab);
  });

  it('prefers the interactive flame graph of a stored output to its PNG and text', async () => {
    const page = await open('stored.ipynb');
    const seen = watch(page);
    await page.locator('.fbf-output h2').waitFor();
    expect(await page.locator('.fbf-output h2').textContent()).toBe('On CPU');
    expect(await page.locator('.jp-OutputArea-output img').count()).toBe(0);
    const canvas = page.locator('.fbf-output .flame canvas').first();
    await canvas.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.locator('.fbf-output .live').textContent()).toMatch(/^app: 30,000 samples/);
    expect(seen.dialogs).toEqual([]);
    await page.close();
  });

  it('keeps flame graph and heat map drawn when the theme changes to dark and back', async () => {
    const page = await openPage(browser, { viewport: { width: 1400, height: 1000 } });
    await page.goto(`${lab.url}/lab/workspaces/theme/tree/stored.ipynb`);
    await page.locator('.fbf-output h2').waitFor();
    /** The width and number of colours of each visible canvas. */
    const drawn = () =>
      page.evaluate<number[][]>(`(() => {
          const { shadowRoot } = document.querySelector('.fbf-output').firstElementChild;
          return [...shadowRoot.querySelectorAll('canvas')].filter((c) => c.checkVisibility()).map((c) => {
            const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
            return [c.width, new Set(new Uint32Array(data.buffer)).size];
          });
        })()`);
    await expect.poll(async () => (await drawn()).every(([width = 0]) => width > 500)).toBe(true);
    const dark = () => page.evaluate("document.querySelector('.fbf-output').firstElementChild.className");
    for (const [theme, name] of [
      ['JupyterLab Dark', 'dark'],
      ['JupyterLab Light', ''],
    ]) {
      await page.evaluate(`window.jupyterapp.commands.execute('apputils:change-theme', { theme: '${theme}' })`);
      await expect.poll(dark, { timeout: 200_000 }).toBe(name);
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const canvases = await drawn();
      expect(canvases).toHaveLength(2);
      for (const [width, colours] of canvases) {
        expect(width).toBeGreaterThan(500);
        expect(colours).toBeGreaterThan(10);
      }
    }
    await page.close();
  });

  it('shows numbers in the unit of their column, and long sentences whole in a table of few rows', async () => {
    const page = await open('verdict.ipynb');
    await page.locator('.fbf-output table').waitFor();
    expect(await page.locator('.fbf-output thead th').first().textContent()).toBe('busy (%)');
    expect(await page.locator('.fbf-output td.number').allTextContents()).toEqual(['25.0', '7', '100.0', '24283']);
    const sizes = await page.evaluate<number[][]>(
      "[...document.querySelectorAll('.fbf-output')].flatMap(o => [...o.querySelectorAll('*')].flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('td.text')] : [])).map(c => [c.clientHeight, c.scrollWidth - c.clientWidth])",
    );
    const [[short = 0] = [], [long = 0, cut] = []] = sizes;
    expect(long).toBeGreaterThan(2 * short - 10);
    expect(cut).toBe(0);
    await page.close();
  });

  it('renders a sortable table, with markup from hosts shown as text', async () => {
    const page = await open('table.ipynb');
    await page.locator('.fbf-output table').waitFor();
    const first = page.locator('.fbf-output tbody tr:not(.spacer) td').first();
    await page.locator('.fbf-output thead button').first().click();
    await expect.poll(() => first.textContent()).toBe('999');
    await page.locator('.fbf-output thead button').first().click();
    await expect.poll(() => first.textContent()).toBe('0');
    expect(await page.locator('.fbf-output .how').textContent()).toContain('The first 1,000 of 5,000 rows.');
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    await page.close();
  });

  it('says why it cannot show a malformed output', async () => {
    const page = await open('broken.ipynb');
    await page.locator('.fbf-output', { hasText: 'expected title, say and unit' }).waitFor();
    await page.close();
  });

  it('creates a case from a template in two clicks', async () => {
    const page = await openPage(browser, { viewport: { width: 1400, height: 1000 } });
    await page.goto(`${lab.url}/lab`);
    const card = page.locator('.jp-LauncherCard', { hasText: 'sixty seconds' }).first();
    await card.waitFor();
    expect(await page.locator('.jp-Launcher-sectionTitle').first().textContent()).toBe('Fast by Friday');
    expect(await card.locator('svg').count()).toBe(1);
    await card.click();
    await page.locator('.jp-Notebook').waitFor();
    await expect
      .poll(() => readdirSync(lab.folder).filter((file) => /^case-\d{8}-.*\.ipynb$/.test(file)).length)
      .toBe(1);
    const [made = ''] = readdirSync(lab.folder).filter((file) => file.startsWith('case-'));
    const { metadata } = JSON.parse(readFileSync(join(lab.folder, made), 'utf8')) as {
      metadata: { kernelspec: { name: string } };
    };
    expect(metadata.kernelspec.name).toBe('fast-by-friday');
    await page.close();
  });

  it.each(['sixty seconds', 'CPU time', 'Empty notebook'])(
    'starts a notebook by the card "%s" with our kernel, without asking which',
    async (title) => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await page.goto(`${lab.url}/lab/workspaces/${title.replaceAll(' ', '')}`);
      const card = page.locator('.jp-LauncherCard', { hasText: title }).first();
      await card.waitFor();
      await card.click();
      await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
      const kernel = page.locator('.jp-NotebookPanel .jp-Toolbar-kernelName').last();
      await expect.poll(() => kernel.innerText(), { timeout: 60_000 }).toBe('TypeScript (Fast by Friday)');
      expect(await page.locator('.jp-Dialog').count()).toBe(0);
      await page.close();
    },
  );

  it('starts our kernel for a new notebook of the menu, without asking which (npm start once)', async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(`${lab.url}/lab/workspaces/none`);
    await page.locator('.jp-LauncherCard').first().waitFor();
    await page.evaluate("void window.jupyterapp.commands.execute('notebook:create-new')");
    const kernel = page.locator('.jp-NotebookPanel .jp-Toolbar-kernelName').last();
    await expect.poll(() => kernel.innerText(), { timeout: 60_000 }).toBe('TypeScript (Fast by Friday)');
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
    await page.close();
  });

  it('stores a PNG and text for front ends without our renderer', async () => {
    const figure = flamegraphFigure(profile);
    const bundle = await figure.bundle(figure.say);
    expect(
      Buffer.from(bundle[PNG] as string, 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(bundle[TEXT]).toContain('self samples');
    expect(existsSync(join(lab.folder, 'stored.ipynb'))).toBe(true);
  });
});
