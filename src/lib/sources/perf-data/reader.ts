import { bytesOfFile, bytesOfStream } from '../../bytes/bytes.ts';
import type { Profile, ReadOptions } from '../../stacks/profile.ts';
import type { ByteSource } from '../../bytes/peek.ts';
import { readPerfData } from './profile.ts';

/** Reads perf.data from a stream; if `path` is given, the stream is a whole file, which is read in place. */
export const readPerfDataFrom = async (source: ByteSource, options: ReadOptions, path?: string): Promise<Profile> => {
  const bytes = path === undefined ? await bytesOfStream(source) : bytesOfFile(path);
  try {
    return await readPerfData(bytes, options);
  } finally {
    bytes.close();
    await source[Symbol.asyncIterator]().return?.(undefined);
  }
};
