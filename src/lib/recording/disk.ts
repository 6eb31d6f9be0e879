import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { FridayError } from '../errors.ts';

/** Turns ENOSPC, EDQUOT and EFBIG into kind 'disk-full'; returns other errors unchanged. */
export const diskError = (error: unknown, path: string): unknown => {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error;
  return new FridayError('disk-full', `${path}: no space left for the recording (${code})`, {
    next: 'Free some space (df -h), or set FBF_RECORDINGS to another folder. What was recorded is kept.',
    cause: error,
  });
};

/** Writes all bytes or none: on a full disk a partial write is removed again. */
export const appendBytes = async (file: FileHandle, bytes: Uint8Array, at: number, path: string): Promise<void> => {
  let done = 0;
  try {
    while (done < bytes.length) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  } catch (error) {
    await file.truncate(at).catch(() => undefined);
    throw diskError(error, path);
  }
};

/** Replaces a file atomically (by rename). */
export const replaceFile = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    throw diskError(error, path);
  }
};
