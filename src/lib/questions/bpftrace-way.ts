import { createReadStream } from 'node:fs';
import type { CaptureContext } from '../sources/capture-context.ts';
import type { Captured } from './way.ts';

/** Bytes that bpftrace needs: LLVM, its program and its maps. */
export const BPFTRACE_MEMORY = 120e6;

/** What bpftrace cannot see of user stacks: it prints addresses, and the mappings are read after the capture. */
export const ENDED_PROCESSES =
  'names of user functions of processes that ended before the end of the capture: their mappings are read then';

/** Reads the output of a bpftrace program with what symbolizes it. */
export const readWith = async <T>(
  { output, start, symbols, maps }: Captured,
  read: (source: AsyncIterable<Uint8Array>, context: CaptureContext) => Promise<T>,
): Promise<T> => read(createReadStream(output), { start, symbols, maps: await maps() });
