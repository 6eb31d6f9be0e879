import { randomUUID } from 'node:crypto';
import { currentKernel } from '../kernel.ts';
import { TEXT } from '../mime.ts';
import type { Progress } from './backend.ts';

/** Where progress goes outside a kernel; the command line sets it. */
let sink: (line: string) => void = () => undefined;

/** Sends progress lines to `to` when no kernel shows them. */
export const onProgress = (to: (line: string) => void): void => {
  sink = to;
};

const EVERY = 250;

const bar = (share: number): string => '█'.repeat(Math.round(share * 20)).padEnd(20, '░');

const line = (url: string, { seconds, of, say }: Progress): string =>
  `${bar(Math.min(1, seconds / of))} ${seconds.toFixed(0)} of ${of.toFixed(0)} s  ${url}  ${say}`;

/** Shows how far a capture is: one display, replaced at most four times a second, and its last state at the end. */
export const reporter = (live: boolean): { progress(url: string, progress: Progress): void; end(): void } => {
  const kernel = live ? currentKernel() : undefined;
  const id = randomUUID();
  const lines = new Map<string, string>();
  let shown = 0;
  const show = (): void => {
    const text = [...lines.values()].join('\n');
    if (text === '') return;
    if (kernel === undefined) sink(text);
    else if (shown === 0) kernel.display({ [TEXT]: text }, { id });
    else kernel.update(id, { [TEXT]: text });
    shown = Date.now();
  };
  return {
    progress(url, progress) {
      lines.set(url, line(url, progress));
      if (live && Date.now() - shown >= EVERY) show();
    },
    end() {
      if (live) show();
    },
  };
};
