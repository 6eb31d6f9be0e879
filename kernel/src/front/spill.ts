import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file for the output of a cell that is too long to be shown. */
export interface Spill {
  readonly file: string;
  /** Characters printed in total, characters not shown, and characters lost because the disk is full. */
  readonly written: number;
  readonly hidden: number;
  readonly lost: number;
  readonly reason: string;
  write(text: string): void;
  /** The last lines that were written. */
  tail(): string;
}

const TAIL = 4000;

/** Starts the file with the text already shown, so that it holds everything. A full disk is reported, never thrown. */
export const createSpill = (folder: string, name: string, head: readonly string[]): Spill => {
  const file = join(folder, `${name.replace(/[^\w-]+/g, '-')}.txt`);
  const state = { file, written: 0, hidden: 0, lost: 0, reason: '' };
  let tail = '';
  const append = (text: string): void => {
    state.written += text.length;
    let descriptor: number | undefined;
    try {
      descriptor = openSync(file, 'a', 0o600);
      const bytes = Buffer.from(text, 'utf8');
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    } catch (error) {
      state.lost += text.length;
      state.reason = error instanceof Error ? error.message : String(error);
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  };
  for (const text of head) append(text);
  return Object.assign(state, {
    write: (text: string) => {
      state.hidden += text.length;
      tail = (tail + text).slice(-TAIL);
      append(text);
    },
    tail: () => tail.slice(tail.indexOf('\n') + 1),
  });
};
