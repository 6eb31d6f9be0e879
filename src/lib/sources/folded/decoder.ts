import { decodeWith, profileColumns } from '../profile-decoder.ts';
import type { FileDecoder } from '../source.ts';
import { before } from './read.ts';

/** Folded stacks, one row per line. */
export const folded: FileDecoder = {
  name: 'folded',
  doc: 'Folded stacks: "a;b;c 12", with one count or two.',
  from: 'https://github.com/brendangregg/FlameGraph#2-fold-stacks',
  columns: { ...profileColumns, before },
  decode: decodeWith(async () => (await import('./read.ts')).read),
};
