import { bpftrace } from './bpftrace/decoder.ts';
import { folded } from './folded/decoder.ts';
import { perfData } from './perf-data/decoder.ts';
import { perfTracepoints } from './perf-data/trace-decoder.ts';
import { perfScript } from './perf-script/decoder.ts';
import { perfStat } from './perf-stat/decoder.ts';
import type { ColumnDoc, Table } from '../columns/column.ts';
import type { Warning } from './source.ts';

/**
 * What decodes a file that a tool wrote (perf.data, a bpftrace log): the other half of `fbf decode` and `fbf sources`,
 * beside the sources that sample files of the host.
 */
export interface FileDecoder {
  /** 'perf.data', 'perf.script', 'bpftrace'. */
  readonly name: string;
  readonly doc: string;
  /** The page or source file that defines the format. */
  readonly from: string;
  readonly columns: Readonly<Record<string, ColumnDoc>>;
  /** Malformed content becomes a warning; rows read before it are kept. */
  decode(
    bytes: AsyncIterable<Uint8Array>,
    options?: { readonly event?: string | undefined },
  ): Promise<{ readonly table: Table; readonly warnings: readonly Warning[] }>;
}

/** Every decoder of a tool's file, a line each; loaded only when it is called. */
export const fileDecoders: readonly FileDecoder[] = [perfData, perfTracepoints, perfScript, folded, bpftrace, perfStat];
