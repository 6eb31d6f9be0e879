import { decodeWith, profileColumns } from '../../stacks/decoder.ts';
import type { FileDecoder } from '../decoders.ts';

/** The text of `perf script`, one row per event line. */
export const perfScript: FileDecoder = {
  name: 'perf.script',
  doc: 'The text of perf script, any version, any -F fields.',
  from: 'https://github.com/torvalds/linux/blob/master/tools/perf/builtin-script.c',
  columns: profileColumns,
  decode: decodeWith(async () => (await import('./reader.ts')).read),
};
