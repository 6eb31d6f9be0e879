import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { appendBytes, diskError } from './disk.ts';
import { ARRIVALS, OUTPUT, programPath, STDERR } from './layout.ts';
import type { ProgramWriter } from './recording.ts';

/** Appends to one file. */
const appender = (file: FileHandle, path: string) => {
  let size = 0;
  return {
    size: () => size,
    append: async (bytes: Uint8Array): Promise<void> => {
      await appendBytes(file, bytes, size, path);
      size += bytes.length;
    },
  };
};

/** Seconds between two notes of an arrival. */
const APART = 0.01;

/** Creates the files of a program in a recording's folder. */
export const programWriter = async (dir: string, name: string): Promise<ProgramWriter> => {
  const folder = programPath(dir, name);
  const files: FileHandle[] = [];
  const create = async (file: string) => {
    const path = join(folder, file);
    const handle = await open(path, 'wx');
    files.push(handle);
    return appender(handle, path);
  };
  try {
    await mkdir(folder, { recursive: true });
    const [output, stderr] = [await create(OUTPUT), await create(STDERR)];
    let arrivals: Awaited<ReturnType<typeof create>> | undefined;
    let last = -Infinity;
    return {
      append: output.append,
      arrive: async (t) => {
        if (t < last + APART) return;
        last = t;
        arrivals ??= await create(ARRIVALS);
        await arrivals.append(Buffer.from(`${String(output.size())} ${t.toFixed(3)}\n`));
      },
      say: (text) => stderr.append(Buffer.from(text)),
      close: async () => {
        await Promise.all(files.map((file) => file.close()));
      },
    };
  } catch (error) {
    throw diskError(error, dir);
  }
};
