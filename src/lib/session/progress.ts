import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { currentKernel } from '../kernel.ts';
import { TEXT } from '../mime.ts';
import type { Progress } from './backend.ts';

/** Receives progress lines outside a kernel; the CLI sets it. */
let sink: (line: string) => void = () => undefined;

/** Sends progress lines to `to` when no kernel shows them. */
export const onProgress = (to: (line: string) => void): void => {
  sink = to;
};

const EVERY = 250;

const bar = (share: number): string => '█'.repeat(Math.round(share * 20)).padEnd(20, '░');

const line = (url: string, { seconds, of, say }: Progress): string =>
  `${bar(Math.min(1, seconds / of))} ${seconds.toFixed(0)} of ${of.toFixed(0)} s  ${url}  ${say}`;

export interface Reporter {
  progress(url: string, progress: Progress): void;
  /** The capture was told to stop; its last data is still arriving. */
  stopping(): void;
  end(): void;
}

const STOPPING = 'Stopping: the data captured so far is kept. Interrupt again to end the cell.';

/**
 * Shows the progress of a capture under the cell that asks: one display, replaced at most four times a second, and once
 * more at the end.
 */
export const reporter = (live: boolean): Reporter => {
  const kernel = live ? currentKernel() : undefined;
  // Progress events arrive on the connection, whose asynchronous context is that of the cell that connected.
  const underThisCell = AsyncLocalStorage.snapshot();
  const id = randomUUID();
  const lines = new Map<string, string>();
  let shown = 0;
  let state: 'running' | 'stopping' | 'ended' = 'running';
  const show = (): void => {
    const text = [...lines.values(), ...(state === 'stopping' && kernel !== undefined ? [STOPPING] : [])].join('\n');
    if (text === '') return;
    if (kernel === undefined) sink(text);
    else if (shown === 0) kernel.display({ [TEXT]: text }, { id });
    else kernel.update(id, { [TEXT]: text });
    shown = Date.now();
  };
  return {
    progress(url, progress) {
      lines.set(url, line(url, progress));
      if (live && Date.now() - shown >= EVERY) underThisCell(show);
    },
    stopping() {
      if (state === 'running') state = 'stopping';
      if (live) underThisCell(show);
    },
    end() {
      state = 'ended';
      if (live) underThisCell(show);
    },
  };
};
