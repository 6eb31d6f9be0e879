import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';

/** Paths inside a recording's folder. */
export const manifestPath = (dir: string): string => join(dir, 'manifest.json');

/** The stream of the process table, which every recording has. */
export const PROCESSES = 'processes';
/** The manifest lists at most this many processes, so that a fork storm cannot fill it; 'processes' has them all. */
export const MOST_PROCESSES = 20_000;

const NAME = /^[a-z][\w.-]*$/i;

/** Rejects a name that could point outside the recording. */
const named = (name: string, what: string): string => {
  if (NAME.test(name)) return name;
  throw new FridayError('usage', `recording: expected the name of a ${what}, got ${JSON.stringify(name)}`, {
    next: 'Names are letters, digits, "_", "." and "-", and begin with a letter.',
  });
};

/** The folder of a stream's segments. */
export const streamPath = (dir: string, stream: string): string => join(dir, 'segments', named(stream, 'stream'));

/** The folder of a program's files. */
export const programPath = (dir: string, program: string): string => join(dir, 'programs', named(program, 'program'));

/** Files in the folder of a program: its output and its standard error, as it wrote them. */
export const OUTPUT = 'output';
export const STDERR = 'stderr';
/** When its output arrived, if it was the caller's own: lines of the offset in it and the second. */
export const ARRIVALS = 'arrivals';
/** The executable mappings of the processes in its output, if it does not have them itself. */
export const MAPS = 'maps';

/** The symbols that were fetched for its programs' output: the folder that `--symbols` takes. */
export const symbolsPath = (dir: string): string => join(dir, 'symbols');

/** One segment: its index, the time of its first sample, and whether it is closed and compressed. */
export interface SegmentFile {
  readonly index: number;
  readonly start: number;
  readonly file: string;
  readonly closed: boolean;
}

/** '000003-20000.seg': the fourth segment, which begins at 20 s. */
export const segmentName = (index: number, start: number): string =>
  `${String(index).padStart(6, '0')}-${Math.floor(start * 1000)}.seg`;

const SEGMENT = /^(\d+)-(-?\d+)\.seg(\.zst)?$/;

/** A stream's segments in order; if one exists both raw and compressed, the compressed one is used: it is complete. */
export const listSegments = async (dir: string, stream: string): Promise<readonly SegmentFile[]> => {
  const names = await readdir(streamPath(dir, stream)).catch((): string[] => []);
  const found = new Map<number, SegmentFile>();
  for (const file of names.sort()) {
    const [, index, start, closed] = SEGMENT.exec(file) ?? [];
    if (index === undefined) continue;
    found.set(Number(index), {
      index: Number(index),
      start: Number(start) / 1000,
      file,
      closed: closed !== undefined,
    });
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
};

/** The streams that have segments. */
export const listStreams = async (dir: string): Promise<readonly string[]> =>
  (await readdir(join(dir, 'segments')).catch((): string[] => [])).filter((name) => NAME.test(name)).sort();
