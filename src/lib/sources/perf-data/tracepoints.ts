import type { Bytes } from '../../bytes/bytes.ts';
import type { Tracepoints } from './trace-plan.ts';
import { readTracepointsTs } from './trace-ts.ts';
import { readTracepointsWasm } from './trace-wasm.ts';

/**
 * Reads the tracepoints of a perf.data file into one table each, in order of time. 64-bit fields are rounded above
 * 2^53. Throws FridayError('input') if it is not perf.data; a damaged file gives the part that was read.
 */
export const readTracepoints = async (bytes: Bytes): Promise<Tracepoints> =>
  readTracepointsWasm(bytes) ?? (await readTracepointsTs(bytes));
