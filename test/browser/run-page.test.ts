import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';
import { browserPath, launch, openPage, watch } from './chromium.ts';

const ready = browserPath !== undefined && existsSync(join(packageRoot, '.venv', 'bin', 'python'));

describe.skipIf(!ready)('the page of fbf run of the bundled notebooks (needs chromium, and npm start once)', () => {
  const out = mkdtempSync(join(tmpdir(), 'fbf-page-'));
  let browser: Awaited<ReturnType<typeof launch>>;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(out, { recursive: true, force: true });
  });

  it.each([
    ['01-first-60-seconds', 9],
    ['02-cpu-profile', 2],
    ['03-profiles', 10],
  ] as const)('draws every figure of %s, offline', async (name, figures) => {
    const notebook = join(packageRoot, 'notebooks', `${name}.ipynb`);
    const env = { ...process.env, JUPYTER_PATH: join(packageRoot, '.venv', 'share', 'jupyter') };
    const ran = spawnSync(join(packageRoot, 'bin', 'fbf'), ['run', notebook, '--out', out], { encoding: 'utf8', env });
    expect(ran.status, ran.stderr).toBe(0);
    const page = await openPage(browser);
    const seen = watch(page);
    await page.goto(pathToFileURL(join(out, `${name}.html`)).href);
    const all = page.locator('[data-fbf]');
    expect(await all.count()).toBeGreaterThanOrEqual(figures);
    for (const figure of await all.all()) {
      await figure.scrollIntoViewIfNeeded();
      // The PNG is removed when the figure is drawn.
      await figure.locator(':scope > img').waitFor({ state: 'detached', timeout: 200_000 });
      expect(await figure.locator('svg, canvas, table, .bars').count()).toBeGreaterThan(0);
    }
    expect({ ...seen, requests: seen.requests.filter((url) => !url.startsWith('data:')) }).toEqual({
      requests: [],
      dialogs: [],
      errors: [],
    });
    await page.close();
  });
});
