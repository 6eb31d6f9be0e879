import type { Bytes } from '../../stacks/bytes.ts';
import type { ReadOptions } from '../../stacks/profile.ts';
import { captureByRecord } from './capture-records.ts';
import { capturePlain } from './capture-plain.ts';
import type { Capture } from './captured.ts';

/** Reads what a file holds, in order of time. Throws FridayError('input') when it is no perf.data. */
export const capture = async (bytes: Bytes, options: Pick<ReadOptions, 'onProgress'> = {}): Promise<Capture> =>
  (await capturePlain(bytes, options)) ?? captureByRecord(bytes, options);
