import { foldProfile } from '../../stacks/fold.ts';
import type { FoldOptions } from '../../stacks/fold-options.ts';
import { foldScript } from './fold.ts';
import { profileOf } from './read.ts';
import type { ScriptText } from './script-text.ts';

/**
 * Folded lines of a scanned text with any field list. inferno-collapse-perf needs a comm, a thread and an event on each
 * event line, which -F can leave out; if it finds no stack, the samples are folded by columns. Throws kind 'input' for
 * any other text. With `like: 'perl'` nothing is added, so that the output equals that of stackcollapse-perf.pl.
 */
export const foldAnyScript = function* (script: ScriptText, options: FoldOptions): Generator<Uint8Array> {
  let empty = true;
  for (const piece of foldScript(script, options)) {
    empty &&= piece.length === 0;
    yield piece;
  }
  if (empty && options.like !== 'perl' && script.records.size > 0)
    yield* foldProfile(profileOf(script, { addresses: options.addrs ?? false }), options);
};
