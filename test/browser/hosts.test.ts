import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { below } from '../host/processes.ts';
import { startSshd, whyNoSshd, type Sshd } from '../host/sshd.ts';
import { notebook } from '../kernel/jupyter.ts';
import { launch, openPage } from './chromium.ts';
import { endKernels, STOP } from './lab.ts';

const { url, folder } = inject('lab');
const why = url === '' ? 'needs chromium and JupyterLab' : whyNoSshd();

describe.skipIf(why !== undefined)(`two live hosts in JupyterLab (${why ?? 'runs'})`, () => {
  let sshd: Sshd;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    sshd = await startSshd();
    writeFileSync(
      join(folder, 'hosts.ipynb'),
      notebook([
        `process.env.FBF_SSH_CONFIG = '${sshd.config}';\nimport { connect } from 'fast-by-friday';\nconst hosts = await connect(['local:', '${sshd.url()}']);\n'connected'`,
        "const load = await hosts.ask('load-average', { seconds: 60 });\nload.line('load1', { by: 'host' })",
        '[load.how.cut !== undefined, load.how.coverage < 0.9, new Set(load.rows().map((d) => d.host)).size]',
        "const later = await hosts.ask('load-average', { seconds: 30 });\nlater.line('load1', { by: 'host' })",
        '[later.how.coverage < 0.9, new Set(later.rows().map((d) => d.host)).size, await hosts.close()]',
      ]),
    );
    browser = await launch();
    page = await openPage(browser, { viewport: { width: 1200, height: 1400 } });
    await page.goto(`${url}/lab/workspaces/hosts/tree/hosts.ipynb`);
    await page.locator('.jp-CodeCell').first().waitFor();
    // Before the kernel has started the notebook shows idle, too, and a run would ask which kernel to start.
    await page.getByText('TypeScript (Fast by Friday) | Idle').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await endKernels({ url, folder });
    sshd.stop();
  });

  const cell = (index: number) => page.locator('.jp-CodeCell').nth(index);
  const start = async (index: number): Promise<void> => {
    await cell(index).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
  };
  /** Waits for a text in a cell's outputs; figures keep theirs in a shadow root, which locators see through. */
  const says = (index: number, text: RegExp): Promise<void> =>
    cell(index).locator('.jp-OutputArea').first().getByText(text).first().waitFor();

  test('the Stop button ends the captures of both: the figure says that they were cut, the variable has the answer', async () => {
    await start(0);
    await says(0, /'connected'/);
    await start(1);
    await says(1, /\b([3-9]|[1-5]\d) of 60 s/);
    await page.locator(STOP).first().click();
    await says(
      1,
      /\(local:\) was cut after [\d.]+ of 60 s: it was stopped\. .*\(ssh:.*\) was cut after [\d.]+ of 60 s: it was stopped/,
    );
    await start(2);
    await says(2, /\[ true, true, 2 \]/);
  });

  test('a host that dies is named under its figure, and the rows of both stay', async () => {
    await start(3);
    await says(3, /\b([3-9]|[12]\d) of 30 s/);
    const serving = below(sshd.pid).filter(({ words }) => words[0]?.startsWith('sshd: root') === true);
    expect(serving.length).toBeGreaterThan(0);
    for (const { pid } of serving) process.kill(pid, 'SIGKILL');
    await says(3, /\(ssh:.*\) was cut after [\d.]+ of 30 s/);
    await start(4);
    await says(4, /\[ true, 2, undefined \]/);
  });
});
