import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FridayError } from '../errors.ts';
import { located } from '../paths.ts';
import { printable } from '../printable.ts';
import { manifestPath } from './layout.ts';

const MOST = 5;

/** The folder for new recordings; FBF_RECORDINGS changes it. */
export const recordingsFolder = (): string => process.env['FBF_RECORDINGS'] ?? 'recordings';

/** The recordings in a folder, newest first. */
const recordingsIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch((): string[] => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const manifest = await stat(manifestPath(path)).catch(() => undefined);
      return manifest === undefined ? [] : [{ path, written: manifest.mtimeMs }];
    }),
  );
  return found
    .flat()
    .sort((a, b) => b.written - a.written || a.path.localeCompare(b.path))
    .map(({ path }) => path);
};

/** Recordings that the user may have meant: in the folder, beside it, or in the default folder. */
const nearby = async (dir: string): Promise<readonly string[]> => {
  for (const folder of [dir, located(dirname(dir)), recordingsFolder()]) {
    const found = await recordingsIn(folder);
    if (found.length > 0) return found;
  }
  return [];
};

/** What a path without a manifest is: nothing, a file, or a folder that is no recording. */
const whatIsThere = async (dir: string): Promise<string> => {
  const there = await stat(dir).catch(() => undefined);
  if (there === undefined) return 'No such folder';
  if (!there.isDirectory()) return 'This is a file; a recording is a folder';
  const manifest = await stat(manifestPath(dir)).catch(() => undefined);
  return manifest === undefined ? 'No recording (it has no manifest.json)' : 'Its manifest.json cannot be read';
};

/** The error for a path that is not a recording, with nearby recordings. */
export const noRecording = async (dir: string, cause: unknown): Promise<FridayError> => {
  const found = await nearby(dir);
  const more = found.length > MOST ? ` and ${String(found.length - MOST)} more` : '';
  const names = found
    .slice(0, MOST)
    .map((path) => printable(basename(path)))
    .join(', ');
  const [first] = found;
  return new FridayError(
    'recording',
    `${printable(dir, 500)}: ${await whatIsThere(dir)}. ${first === undefined ? 'There are no recordings nearby.' : `Recordings nearby: ${names}${more}`}`,
    {
      next:
        first === undefined
          ? "Make one: await (await connect('ssh://web1')).ask('iostat'), or fbf look web1."
          : `Open one: connect(${JSON.stringify(`recording:${first}`)}).`,
      cause,
    },
  );
};
