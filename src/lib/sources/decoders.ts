import { bpftrace } from './bpftrace/decoder.ts';
import { folded } from './folded/decoder.ts';
import { perfData } from './perf-data/decoder.ts';
import { perfTracepoints } from './perf-data/trace-decoder.ts';
import { perfScript } from './perf-script/decoder.ts';
import { perfStat } from './perf-stat/decoder.ts';
import type { ColumnDoc, Table } from '../columns/column.ts';
import type { Warning } from './source.ts';

/**
 * Decoders of files that tools write (perf.data, bpftrace output), listed by `fbf decode` and `fbf sources` beside the
 * sources that are sampled on the host.
 */
export interface FileDecoder {
  /** 'perf.data', 'perf.script', 'bpftrace'. */
  readonly name: string;
  readonly doc: string;
  /** The page or source file that defines the format. */
  readonly from: string;
  readonly columns: Readonly<Record<string, ColumnDoc>>;
  /** Malformed content becomes a warning; rows before it are kept. */
  decode(
    bytes: AsyncIterable<Uint8Array>,
    options?: { readonly event?: string | undefined },
  ): Promise<{ readonly table: Table; readonly warnings: readonly Warning[] }>;
}

/** All decoders of tools' files, one line each; they are imported when first called. */
export const fileDecoders: readonly FileDecoder[] = [perfData, perfTracepoints, perfScript, folded, bpftrace, perfStat];
