import { bpftrace } from './bpftrace/decoder.ts';
import { folded } from './folded/decoder.ts';
import { ftrace } from './ftrace/decoder.ts';
import { ftraceText } from './ftrace/text/decoder.ts';
import { perfData } from './perf-data/decoder.ts';
import { perfTracepoints } from './perf-data/trace-decoder.ts';
import { perfScript } from './perf-script/decoder.ts';
import { perfStat } from './perf-stat/decoder.ts';
import type { FileDecoder } from './source.ts';

/** All decoders of tools' files, one line each; they are imported when first called. */
export const fileDecoders: readonly FileDecoder[] = [
  perfData,
  perfTracepoints,
  perfScript,
  folded,
  bpftrace,
  perfStat,
  ftrace,
  ftraceText,
];
