import type { Bytes } from '../../stacks/bytes.ts';
import type { ReadOptions } from '../../stacks/profile.ts';
import { captureByRecord } from './capture-records.ts';
import { capturePlain } from './capture-plain.ts';
import type { Capture } from './captured.ts';

/** Progress that never goes back, though a file is read a second time where the first reader gives up. */
const onwards = (onProgress: (bytes: number) => void): ((bytes: number) => void) => {
  let most = 0;
  return (bytes) => {
    if (bytes < most) return;
    most = bytes;
    onProgress(bytes);
  };
};

/** Reads what a file holds, in order of time. Throws FridayError('input') when it is no perf.data. */
export const capture = async (bytes: Bytes, { onProgress }: Pick<ReadOptions, 'onProgress'> = {}): Promise<Capture> => {
  const options = onProgress === undefined ? {} : { onProgress: onwards(onProgress) };
  return (await capturePlain(bytes, options)) ?? captureByRecord(bytes, options);
};
