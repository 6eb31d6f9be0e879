import { decodeWith, profileColumns } from '../profile-decoder.ts';
import type { FileDecoder } from '../source.ts';

/** A perf.data file of file mode or pipe mode, one row per sample. */
export const perfData: FileDecoder = {
  name: 'perf.data',
  doc: 'A perf.data file in file or pipe mode, compressed or not, from kernels since 3.2.',
  from: 'https://github.com/torvalds/linux/blob/master/tools/perf/Documentation/perf.data-file-format.txt',
  columns: profileColumns,
  decode: decodeWith(async () => (await import('./reader.ts')).readPerfDataFrom),
};
