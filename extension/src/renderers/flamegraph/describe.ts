import { FRAME_KINDS } from '../../../../src/lib/mime.ts';
import { count, percent } from '../dom.ts';
import { heaviestFunction, type Frames } from './model.ts';

const KIND_WORDS: Readonly<Record<string, string>> = {
  all: 'everything',
  process: 'process',
  user: 'program code',
  kernel: 'kernel',
  jit: 'compiled at run time',
  inlined: 'inlined',
  unknown: 'no symbol',
};

export const kindWord = (kind: number): string => KIND_WORDS[FRAME_KINDS[kind] ?? ''] ?? '';

const signed = (share: number): string => `${share > 0 ? '+' : ''}${percent(share)}`;

/** A frame in words, for the details line and for screen readers. */
export const describe = (
  frames: Frames,
  i: number,
  unit: string,
): { readonly name: string; readonly facts: string } => {
  const whole = frames.total[0] ?? 0;
  const total = frames.total[i] ?? 0;
  const self = frames.self[i] ?? 0;
  const share = (value: number): string => percent(whole === 0 ? 0 : value / whole);
  const name = frames.names[frames.name[i] ?? 0] ?? '';
  const change = frames.change?.[i];
  const changed =
    change === undefined || i === 0
      ? ''
      : `; ${signed(change)} of all, ${frames.sure?.[i] === 1 ? 'more than the noise' : 'within the noise'}`;
  return {
    name,
    facts: `${count(total)} ${unit} (${share(total)}), itself ${count(self)} (${share(self)}); ${kindWord(frames.kind[i] ?? 0)}${changed}`,
  };
};

const UNNAMED = new Set(['all', 'process', 'unknown'].map((kind) => FRAME_KINDS.indexOf(kind as never)));

/** The frame with the largest change; undefined if all changes are within the noise. */
const largestChange = ({ size, change, sure, kind }: Frames): number | undefined => {
  let best: number | undefined;
  for (let i = 1; i < size; i++) {
    if (sure?.[i] !== 1 || UNNAMED.has(kind[i] ?? 0)) continue;
    if (best === undefined || Math.abs(change?.[i] ?? 0) > Math.abs(change?.[best] ?? 0)) best = i;
  }
  return best;
};

/**
 * The sentence of a selection: its share of the profile, and the function with most samples, or the one that differs
 * most from the rest.
 */
export const saySelection = (frames: Frames, whole: number, where: string): string => {
  const total = frames.total[0] ?? 0;
  const first = `Selected ${where}: ${count(total)} of ${count(whole)} samples`;
  if (total === 0) return `${first}.`;
  if (frames.change !== undefined) {
    const i = largestChange(frames);
    if (i === undefined) return `${first}; no function differs from the rest by more than the noise.`;
    const points = ((frames.change[i] ?? 0) * 100).toFixed(2);
    const name = frames.names[frames.name[i] ?? 0] ?? '';
    return `${first}; ${name} (with its callees) differs most from the rest: ${points.startsWith('-') ? '' : '+'}${points} points.`;
  }
  const { name, self } = heaviestFunction(frames, UNNAMED);
  if (self === 0) return `${first}; none of them has a symbol.`;
  return `${first}; ${name} itself takes ${percent(self / total)} of them.`;
};
