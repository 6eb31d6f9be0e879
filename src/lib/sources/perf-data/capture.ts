import type { Bytes } from '../../bytes/bytes.ts';
import type { ReadOptions } from '../../stacks/profile.ts';
import { captureTs } from './capture-ts.ts';
import { captureWasm } from './capture-wasm.ts';
import type { Capture } from './captured.ts';

/** Progress that never decreases, even if a file is read again because the first reader stopped. */
const onwards = (onProgress: (bytes: number) => void): ((bytes: number) => void) => {
  let most = 0;
  return (bytes) => {
    if (bytes < most) return;
    most = bytes;
    onProgress(bytes);
  };
};

/** Reads a capture in order of time. Throws FridayError('input') if it is not perf.data. */
export const capture = async (bytes: Bytes, { onProgress }: Pick<ReadOptions, 'onProgress'> = {}): Promise<Capture> => {
  const options = onProgress === undefined ? {} : { onProgress: onwards(onProgress) };
  return (await captureWasm(bytes, options)) ?? captureTs(bytes, options);
};
