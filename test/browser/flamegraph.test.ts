import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { buildRenderer } from '../../scripts/build-extension.js';
import type { Profile } from '../../src/lib/stacks/profile.ts';
import { buildSamples } from '../../src/lib/stacks/samples.ts';
import { ROOT } from '../../src/lib/stacks/profile.ts';
import { buildFrames, buildStacks } from '../../src/lib/stacks/table.ts';
import { drawnSvg, drawProfile } from '../../src/lib/views/flamegraph.ts';
import { flamegraphHtml } from '../../src/lib/views/flamegraph-html.ts';
import { rendererScript } from '../../src/lib/views/flamegraph-script.ts';
import { hostileNames } from '../hostile-names.ts';
import { syntheticProfile } from '../synthetic-profile.ts';
import { browserPath, launch, openPage, watch } from './chromium.ts';

const hostileProfile = (): Profile => {
  const [frames, stacks, rows] = [buildFrames(), buildStacks(), buildSamples()];
  hostileNames.forEach((name, i) => {
    const below = stacks.push(ROOT, frames.frame('main', '/bin/app', 0));
    const stack = stacks.push(stacks.push(below, frames.frame(name, name, 0)), frames.frame(`leaf ${name}`, '', 1));
    const comm = rows.comm(name.slice(0, 15));
    for (let n = 0; n < 20; n++)
      rows.add({ t: i / 10 + n / 1000, period: 1, comm, event: rows.event(name.slice(0, 50)), stack });
  });
  const profile = syntheticProfile({ samples: 1 });
  const { event: _, ...data } = rows.table().data;
  return { ...profile, samples: { ...rows.table(), data }, stacks: stacks.table(), frames: frames.table() };
};

describe.skipIf(browserPath === undefined)('a flame graph in a browser (needs chromium)', () => {
  let browser: Browser;
  let folder: string;
  const profile = syntheticProfile({ samples: 20_000, seconds: 12, stacks: 2000, burst: 4 });

  const small = syntheticProfile({ samples: 20_000, stacks: 60 });

  const open = async (name: string, text: string, answer?: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    const page = await openPage(browser, { viewport: { width: 1280, height: 1000 } });
    const seen = watch(page, answer);
    await page.goto(`file://${file}`);
    return { page, seen };
  };
  const pageOf = async (of: Profile, o = {}) =>
    flamegraphHtml(drawProfile(of, o).payload, { script: await rendererScript() });
  const shownSamples = async (page: Page): Promise<string> => (await page.locator('.live').textContent()) ?? '';

  beforeAll(async () => {
    await buildRenderer();
    folder = await mkdtemp(join(tmpdir(), 'fbf-flame-'));
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('opens offline, without a network request and without an error', async () => {
    const { page, seen } = await open('plain.html', await pageOf(profile));
    expect(await page.locator('h2').textContent()).toBe('Flame Graph');
    const colours = await page.evaluate<number>(`(() => {
      const canvas = document.querySelector('main').shadowRoot.querySelector('.flame canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);
    expect(colours).toBeGreaterThan(10);
    expect(seen).toEqual({ requests: [], dialogs: [], errors: [] });
    await page.close();
  });

  it('supports the keyboard: arrows move and announce the frame, Enter zooms, Escape resets', async () => {
    const { page } = await open('keys.html', await pageOf(profile));
    const canvas = page.locator('.flame canvas').first();
    await canvas.focus();
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('.live').textContent()).toMatch(/^app: 20,000 samples \(100\.00%\)/);
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('.live').textContent()).toMatch(/^_start: 20,000/);
    await page.keyboard.press('Enter');
    expect(await page.getByRole('button', { name: 'Reset zoom' }).isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Callers and callees' }).click();
    expect(await page.getByText('_start: its callers above, its callees below').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Back to the whole graph' }).click();
    await canvas.focus();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Reset zoom' }).isVisible()).toBe(false);
    await page.close();
  });

  it('searches by regular expression and shows the share that matches', async () => {
    const { page } = await open('search.html', await pageOf(profile));
    await page.getByRole('searchbox').fill('^main$');
    expect(await page.locator('.matched').textContent()).toBe('matched: 100.00%');
    await page.getByRole('searchbox').fill('no such function');
    expect(await page.locator('.matched').textContent()).toBe('matched: 0.00%');
    await page.getByRole('searchbox').fill('(');
    expect(await page.locator('.matched').textContent()).toMatch(/^matched: \d/);
    await page.close();
  });

  it('shows the functions as a sortable table', async () => {
    const { page } = await open('table.html', await pageOf(profile));
    await page.getByRole('button', { name: 'Functions' }).click();
    const first = page.locator('.table tbody tr:not(.spacer) td').first();
    const largest = Number((await first.textContent())?.replaceAll(',', ''));
    await page.getByRole('button', { name: /^self \(samples\)/ }).click();
    await page.getByRole('button', { name: /^self \(samples\)/ }).click();
    await page.waitForTimeout(100);
    expect(Number((await first.textContent())?.replaceAll(',', ''))).toBeLessThan(largest);
    await page.close();
  });

  it('shows the flame graph of the cells selected by dragging', async () => {
    const { page } = await open('drag.html', await pageOf(profile));
    const map = page.locator('.heat canvas');
    const box = (await map.boundingBox())!;
    const t = profile.samples.data['t'];
    if (t?.kind !== 'number') throw new Error('expected times');
    // Columns are 24 px wide, right of the axis; rows are 3 px high, with offset 0 at the bottom (150 px).
    const at = (column: number, row: number) => [box.x + 56 + column * 24 + 12, box.y + (49 - row) * 3 + 1.5] as const;
    await page.mouse.move(...at(3, 10));
    await page.mouse.down();
    await page.mouse.move(...at(5, 20));
    await page.mouse.up();
    const inside = t.values.slice(0, 20_000).filter((s) => {
      const time = Math.round((5000.25 + s) * 1e9) / 1e9;
      const cell = Math.floor(time - 5000) * 50 + Math.floor(50 * (time % 1));
      return cell >= 3 * 50 + 10 && cell <= 5 * 50 + 20;
    }).length;
    const shown = inside.toLocaleString('en-US');
    await expect.poll(() => shownSamples(page)).toBe(`${shown} samples shown`);
    expect(await page.locator('.say').textContent()).toMatch(
      new RegExp(
        `^Selected 3 s \\+ 200 ms to 5 s \\+ 420 ms: ${shown} of 20,000 samples; \\S+ itself takes [\\d.]+% of them\\.$`,
      ),
    );
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await expect.poll(() => shownSamples(page)).toBe('20,000 samples shown');
    expect(await page.locator('.say').textContent()).toContain('of 20,000 samples');
    expect(await page.locator('.say').textContent()).not.toContain('Selected');
    await page.close();
  });

  it('shows the samples of a cell and a legend of colours, with seconds counted from the first sample', async () => {
    const { page } = await open('cells.html', await pageOf(profile));
    const box = (await page.locator('.heat canvas').boundingBox())!;
    await page.mouse.move(box.x + 56 + 2 * 24 + 12, box.y + (49 - 7) * 3 + 1.5);
    const counts = drawProfile(profile).payload.grid!.counts;
    const samples = counts[2 * 50 + 7]!;
    await expect
      .poll(() => page.locator('.heat .note').textContent())
      .toBe(`2 s + 140 ms to 160 ms: ${samples} ${samples === 1 ? 'sample' : 'samples'}`);
    await page.mouse.move(0, 0);
    await expect.poll(() => page.locator('.heat .note').textContent()).toMatch(/^Drag to select a time range; /);
    expect(await page.locator('.heat .legend').textContent()).toMatch(/^Samples per cell:1\d/);
    await page.close();
  });

  it('clears the details of a frame after a new selection and on Escape', async () => {
    const { page } = await open('details.html', await pageOf(profile));
    const details = page.locator('.details');
    const canvas = page.locator('.flame canvas').first();
    await canvas.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => details.textContent()).toContain('app');
    await page.keyboard.press('Escape');
    await expect.poll(() => details.textContent()).toBe('');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => details.textContent()).toContain('app');
    const map = page.locator('.heat canvas');
    await map.focus();
    for (const key of ['Enter', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => page.locator('.say').textContent()).toContain('Selected');
    await expect.poll(() => details.textContent()).toBe('');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.say').textContent()).not.toContain('Selected');
    await page.close();
  });

  it('runs no markup or script from a profile in the page', async () => {
    const hostile = await pageOf(hostileProfile(), { title: hostileNames[1] });
    const { page, seen } = await open('hostile.html', hostile);
    await page.getByRole('button', { name: 'Functions' }).click();
    const canvas = page.locator('.flame canvas').first();
    await canvas.focus();
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.waitForTimeout(200);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(seen).toEqual({ requests: [], dialogs: [], errors: [] });
    expect(await page.locator('.details').textContent()).not.toMatch(/[\u0000-\u0008\u200b\u202a-\u202e\u2066-\u2069]/);
    await page.close();
  });

  it('runs no markup or script from a profile in the SVG', async () => {
    const svg = drawnSvg(drawProfile(hostileProfile(), { title: hostileNames[2]! }));
    const { page, seen } = await open('hostile.svg', svg, '<script>window.pwned=1</script>');
    await page.locator('#search').click();
    await page.locator('#frames > g').nth(2).click();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(seen.requests).toEqual([]);
    expect(seen.errors).toEqual([]);
    expect(seen.dialogs).toHaveLength(1);
    expect(svg).not.toMatch(/[\u0000-\u0008\u200b\u202a-\u202e\u2066-\u2069]/);
    await page.close();
  });

  it('zooms, resets and searches in the SVG like FlameGraph', async () => {
    const { page, seen } = await open('plain.svg', drawnSvg(drawProfile(small)), '^main$');
    const frame = (name: string) =>
      page.locator('#frames > g', { has: page.locator('title', { hasText: name }) }).first();
    const widthOf = (name: string) => frame(name).locator('rect').getAttribute('width');
    const child = (await page.locator('#frames > g title').allTextContents()).find((text) =>
      text.startsWith('function_'),
    )!;
    const before = await widthOf(child);
    await frame(child).click();
    expect(await widthOf(child)).toBe('100.0000%');
    await page.locator('#unzoom').click();
    expect(await widthOf(child)).toBe(before);
    await page.keyboard.press('Control+f');
    expect(await page.locator('#matched').textContent()).toBe('Matched: 100.0%');
    expect(await frame('main (').locator('rect').getAttribute('fill')).toBe('rgb(230,0,230)');
    await page.locator('#search').click();
    expect(await frame('main (').locator('rect').getAttribute('fill')).not.toBe('rgb(230,0,230)');
    await frame('main (').hover();
    expect(await page.locator('#details').textContent()).toMatch(/^Function: main \(20,000 samples, 100\.00%\)/);
    expect(seen.errors).toEqual([]);
    await page.close();
  });
});
