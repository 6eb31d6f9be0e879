import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const places = [
  process.env['FBF_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The path of Chromium; undefined if this machine has none, and the suite is then skipped. */
export const browserPath = places.find((path) => path !== undefined && existsSync(path));

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox', '--disable-gpu'] });

/** A page whose steps have as long as a busy machine needs. */
export const openPage = async (
  from: { newPage(options?: BrowserContextOptions): Promise<Page> },
  options?: BrowserContextOptions,
): Promise<Page> => {
  const page = await from.newPage(options);
  page.setDefaultTimeout(200_000);
  return page;
};

/** Requests, dialogs and errors of a page; a test expects none. */
export interface Watched {
  readonly requests: string[];
  readonly dialogs: string[];
  readonly errors: string[];
}

/** Records every network request, dialog and error of a page. */
export const watch = (page: Page, answer?: string): Watched => {
  const seen: Watched = { requests: [], dialogs: [], errors: [] };
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) seen.requests.push(request.url());
  });
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    void (answer === undefined ? dialog.dismiss() : dialog.accept(answer));
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  return seen;
};
