import { FridayError } from './errors.ts';

const NEXT: Readonly<Record<string, string>> = {
  ENOENT: 'Make the folder first, or choose another.',
  EACCES: 'Choose a folder that you may write to.',
  EISDIR: 'Give the name of a file.',
  ENOSPC: 'Make room on the disk, or choose another.',
};

/** Awaits the writing of a file; what the system refuses becomes 'disk-full' or 'usage' with what to do. */
export const writing = async (file: string, written: Promise<void>): Promise<void> => {
  try {
    await written;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const next = NEXT[code];
    if (next === undefined) throw cause;
    throw new FridayError(code === 'ENOSPC' ? 'disk-full' : 'usage', `${file}: expected to write it, got ${code}`, {
      next,
      cause,
    });
  }
};
