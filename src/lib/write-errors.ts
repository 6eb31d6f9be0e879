import { FridayError } from './errors.ts';

const NEXT: Readonly<Record<string, string>> = {
  ENOENT: 'Create the folder first, or choose another.',
  EACCES: 'Choose a folder that you may write to.',
  EISDIR: 'Give the path of a file.',
  ENOSPC: 'Free space on the disk, or choose another: df -h',
};

/** Awaits the writing of a file; turns an error of the system into 'disk-full' or 'usage' with what to do. */
export const writing = async (file: string, written: Promise<void>): Promise<void> => {
  try {
    await written;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const next = NEXT[code];
    if (next === undefined) throw cause;
    throw new FridayError(code === 'ENOSPC' ? 'disk-full' : 'usage', `${file}: cannot be written (${code})`, {
      next,
      cause,
    });
  }
};
