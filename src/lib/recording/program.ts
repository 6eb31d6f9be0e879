import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { appendBytes, diskError } from './disk.ts';
import { OUTPUT, programPath, STDERR } from './layout.ts';
import type { ProgramWriter } from './recording.ts';

/** Appends to one file. */
const appender = (file: FileHandle, path: string) => {
  let size = 0;
  return async (bytes: Uint8Array): Promise<void> => {
    await appendBytes(file, bytes, size, path);
    size += bytes.length;
  };
};

/** Creates the files of a program in a recording's folder. */
export const programWriter = async (dir: string, name: string): Promise<ProgramWriter> => {
  const folder = programPath(dir, name);
  try {
    await mkdir(folder, { recursive: true });
    const files = await Promise.all([OUTPUT, STDERR].map((file) => open(join(folder, file), 'wx')));
    const [output, stderr] = files.map((file, i) => appender(file, join(folder, [OUTPUT, STDERR][i] ?? '')));
    return {
      append: async (bytes) => output?.(bytes),
      say: async (text) => stderr?.(Buffer.from(text)),
      close: async () => {
        await Promise.all(files.map((file) => file.close()));
      },
    };
  } catch (error) {
    throw diskError(error, dir);
  }
};
