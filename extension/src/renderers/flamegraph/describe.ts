import { FRAME_KINDS } from '../../../../src/lib/mime.ts';
import { count, percent } from '../dom.ts';
import type { Frames } from './model.ts';

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

/** A frame in words: what the details line shows and a screen reader says. */
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
      : `; ${signed(change)} of all, ${frames.sure?.[i] === 1 ? 'more than noise' : 'within the noise'}`;
  return {
    name,
    facts: `${count(total)} ${unit} (${share(total)}), itself ${count(self)} (${share(self)}); ${kindWord(frames.kind[i] ?? 0)}${changed}`,
  };
};
