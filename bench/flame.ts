/**
 * Flame graphs: from a capture of 60 MB or more to the complete bundle, in a separate process; and from a selection in
 * the subsecond grid to the drawn flame graph, in Chromium, with a million samples.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundled.ts';
import { drawProfile } from '../src/lib/views/flamegraph.ts';
import { flamegraphHtml } from '../src/lib/views/flamegraph-html.ts';
import { rendererScript } from '../src/lib/views/flamegraph-script.ts';
import type { Row as ProfileRow } from './profiles-timed.ts';
import { launch } from '../test/browser/chromium.ts';
import { syntheticProfile } from '../test/synthetic-profile.ts';

export interface Row {
  readonly what: string;
  readonly median: number;
  readonly least: number;
  readonly unit: string;
}

const rowOf = (what: string, times: readonly number[], unit: string): Row => {
  const sorted = [...times].sort((a, b) => a - b);
  return { what, median: sorted[sorted.length >> 1] ?? NaN, least: sorted[0] ?? NaN, unit };
};

/** From a perf.data file to a written bundle of payload, PNG and text: whole processes, in seconds. */
export const benchBundle = async (file: string, rounds = 5): Promise<Row> => {
  const script = await bundled('flame-bundle');
  const folder = mkdtempSync(join(tmpdir(), 'fbf-flame-bench-'));
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [script, file, join(folder, 'bundle.json')], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - begun) / 1000;
  });
  rmSync(folder, { recursive: true });
  const size = Math.round(statSync(file).size / 1e6);
  return rowOf(`${size} MB perf.data -> flame graph bundle`, times, 's');
};

/** Drags over the grid and waits for the frame after the flame graph was drawn; in milliseconds. */
const DRAG = `(async () => {
  const shadow = document.querySelector('main').shadowRoot;
  const canvas = shadow.querySelector('.heat canvas');
  const live = shadow.querySelector('.live');
  const box = canvas.getBoundingClientRect();
  const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, buttons: type === 'pointerup' ? 0 : 1,
    clientX: box.left + 56 + x * (box.width - 60), clientY: box.top + y * 140,
  }));
  canvas.setPointerCapture = () => undefined;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (const [from, to] of [[0, 1], [0.2, 0.8], [0.4, 0.6], [0.1, 0.9], [0.5, 0.52], [0, 0.99], [0.3, 0.7], [0.05, 0.95], [0, 1]]) {
    send('pointerdown', from, 0.5);
    send('pointermove', to, 0.5);
    await frame();
    const before = live.textContent;
    live.textContent = '';
    const begun = performance.now();
    send('pointerup', to, 0.5);
    while (live.textContent === '') await new Promise((done) => setTimeout(done));
    await frame();
    times.push(performance.now() - begun);
  }
  return times.slice(1);
})()`;

/**
 * From a selection of cells to the drawn flame graph, with a million samples, without the first selection, which
 * unpacks the grid.
 */
export const benchSelection = async (samples = 1_000_000): Promise<Row> => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-flame-bench-'));
  const profile = syntheticProfile({ samples, seconds: 120, stacks: 50_000, burst: 2 });
  const { payload, tree } = drawProfile(profile, { budget: Infinity });
  const file = join(folder, 'page.html');
  writeFileSync(file, flamegraphHtml(payload, { script: await rendererScript() }));
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.goto(`file://${file}`);
    const times = await page.evaluate<number[]>(DRAG);
    return rowOf(`selection -> flame graph drawn, ${samples} samples, ${tree.size} frames`, times, 'ms');
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
};

const print = ({ what, median, least, unit }: Row): void => {
  console.log(`${what.padEnd(70)} median ${median.toFixed(2)} ${unit}, least ${least.toFixed(2)} ${unit}`);
};

/** `npm run bench -- flame [CAPTURE]`: without a capture, only the selection is measured. */
export const run = async ([file]: string[]): Promise<void> => {
  if (file !== undefined) print(await benchBundle(file));
  print(await benchSelection());
};

/** The rows for `npm run bench -- profiles`. */
export const rows = async (file: string, rounds: number): Promise<ProfileRow[]> => {
  const [bundle, selection] = [await benchBundle(file, rounds), await benchSelection()];
  const row = ({ what, median, unit }: Row, doneAt: string, goal: string): ProfileRow => ({
    what,
    measured: `${median.toFixed(2)} ${unit}`,
    doneAt,
    goal,
  });
  return [row(bundle, '3 s', '1 s'), row(selection, '150 ms', '50 ms')];
};
