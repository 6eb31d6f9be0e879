import { readFile } from 'node:fs/promises';
import type { Answer } from '../api.ts';
import { FridayError } from '../errors.ts';
import { located } from '../paths.ts';
import { answerFrom } from './answer.ts';
import { savedIn } from './saved.ts';

const WRITTEN = "Give a file that answer.write('a.arrow') made.";

const refuse = (file: string, got: string, next: string, cause?: unknown): never => {
  throw new FridayError('input', `openAnswer: expected an Arrow file of an answer, got ${file}, ${got}`, {
    next,
    cause,
  });
};

const GOT: Readonly<Record<string, string>> = {
  ENOENT: 'which does not exist',
  EISDIR: 'which is a folder',
  EACCES: 'which may not be read',
};

const bytesOf = async (file: string): Promise<Uint8Array> => {
  try {
    return await readFile(located(file));
  } catch (cause) {
    return refuse(file, GOT[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'which cannot be read', WRITTEN, cause);
  }
};

/** An Arrow IPC file begins and ends with these letters. */
const MAGIC = 'ARROW1';
const isArrow = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, MAGIC.length)).toString() === MAGIC;

/**
 * Opens what `answer.write('a.arrow')` wrote, as the same answer: rows, units, docs, `say` and `how`. Throws 'input' on any
 * other file.
 */
export const openAnswer = async <R = Record<string, unknown>>(file: string): Promise<Answer<R>> => {
  const bytes = await bytesOf(file);
  if (!isArrow(bytes)) {
    const profile =
      'A profile is opened by openProfile(file); a .csv or .json of an answer has lost its units and provenance.';
    return refuse(file, 'which is not an Arrow file', `${WRITTEN} ${profile}`);
  }
  const { tableFromArrow } = await import('../columns/arrow-read.ts'); // loaded only where it is needed: it is large
  let read: ReturnType<typeof tableFromArrow>;
  try {
    read = tableFromArrow(bytes);
  } catch (cause) {
    return refuse(file, 'which is damaged or cut short', 'Write it again, or copy it again.', cause);
  }
  const saved = savedIn(read.metadata, file);
  if (saved === undefined)
    return refuse(
      file,
      'which another program wrote: it has no provenance',
      `${WRITTEN} pandas, polars and pyarrow read the others.`,
    );
  const { say, how, figure } = saved;
  return answerFrom<R>(read.table, how, { say, figure: figure === 'flamegraph' ? figure : undefined });
};
