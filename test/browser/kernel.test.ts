import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notebook } from '../kernel/jupyter.ts';
import { launch, openPage } from './chromium.ts';
import { endKernels, STOP } from './lab.ts';

const { url, folder } = inject('lab');

describe.skipIf(url === '')('JupyterLab in Chromium (FBF_PYTHON or .venv, chromium)', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    writeFileSync(join(folder, 'book.ipynb'), notebook(['', '', '', '', '']));
    browser = await launch();
    page = await openPage(browser, { viewport: { width: 1200, height: 1000 } });
    await page.goto(`${url}/lab/workspaces/kernel/tree/book.ipynb`);
    await page.locator('.jp-CodeCell').first().waitFor({ timeout: 200_000 });
    await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ timeout: 200_000 });
  });
  afterAll(async () => {
    await browser.close();
    await endKernels({ url, folder });
  });

  const cell = (index: number) => page.locator('.jp-CodeCell').nth(index);
  const type = async (index: number, code: string): Promise<void> => {
    await cell(index).locator('.cm-content').click();
    await page.keyboard.insertText(code);
  };
  const output = (index: number) => cell(index).locator('.jp-OutputArea-output').last();

  test('types and runs a cell', async () => {
    await type(0, 'const words: string[] = ["fri", "day"]; words.join("")');
    // The page accepts keys a moment before it accepts commands.
    await page.waitForTimeout(3000);
    await page.keyboard.press('Control+Enter');
    await output(0).waitFor({ timeout: 200_000 });
    await expect.poll(() => output(0).innerText(), { timeout: 200_000 }).toBe("'friday'");
  });

  test('completes members with Tab', async () => {
    await type(1, 'words.');
    const chosen = page.locator('.jp-Completer-item', { hasText: /^.*toSorted/ });
    await expect
      .poll(
        async () => {
          if ((await chosen.count()) > 0) return true;
          await page.keyboard.press('Escape');
          await cell(1).locator('.cm-content').click();
          await page.keyboard.press('End');
          await page.keyboard.press('Tab');
          await page.waitForTimeout(500);
          return (await chosen.count()) > 0;
        },
        { timeout: 200_000 },
      )
      .toBe(true);
    await page.keyboard.press('Escape');
  });

  test('shows the documentation of a name with Shift+Tab', async () => {
    await type(1, 'concat');
    await expect
      .poll(
        async () => {
          await page.keyboard.press('Shift+Tab');
          await page.waitForTimeout(1000);
          return page.locator('.jp-Tooltip').allInnerTexts();
        },
        { timeout: 200_000 },
      )
      .toEqual([expect.stringContaining('concat(')]);
    await page.keyboard.press('Escape');
  });

  test('stops a loop and keeps variables', async () => {
    await type(2, 'console.log("begun"); await null; for (;;);');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => output(2).innerText(), { timeout: 200_000 }).toContain('begun');
    await page.locator(STOP).first().click();
    await expect.poll(() => output(2).innerText(), { timeout: 200_000 }).toContain('Interrupted');
    await type(3, 'words.length');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => output(3).innerText(), { timeout: 200_000 }).toBe('2');
  });

  test('answers a password prompt without showing the password', async () => {
    await type(4, 'const answer = await jupyter.prompt("Password: ", { password: true }); answer.length');
    await page.keyboard.press('Control+Enter');
    const input = cell(4).locator('input.jp-Stdin-input');
    await input.waitFor({ timeout: 200_000 });
    expect(await input.getAttribute('type')).toBe('password');
    await input.fill('hunter2');
    await input.press('Enter');
    await expect.poll(() => output(4).innerText(), { timeout: 200_000 }).toBe('7');
    expect(await page.content()).not.toContain('hunter2');
  });

  test('stays usable while a cell prints 100 MB', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('for (let i = 0; i < 1_000_000; i++) console.log("x".repeat(99));');
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => cell(5).innerText(), { timeout: 200_000, interval: 500 })
      .toContain('the whole output is in');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('words.length * 21');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => output(6).innerText(), { timeout: 200_000 }).toBe('42');
  });
});
