import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FridayError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import type { FileSample, SourceSample, Source } from '../../lib/sources/source.ts';
import { readBounded } from './read-bounded.ts';

const part = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('[0-9]*', '\\d+')
      .replaceAll('*', '.*')}$`,
  );

/** The files below `root` that match a glob, each with the path that it would have on a host. */
const expand = async (root: string, glob: string): Promise<readonly string[]> => {
  let found = [''];
  for (const piece of glob.split('/').filter((each) => each !== '')) {
    if (!/[*[]/.test(piece)) {
      found = found.map((path) => `${path}/${piece}`);
      continue;
    }
    const pattern = part(piece);
    const names = await Promise.all(
      found.map(async (path) =>
        (await readdir(join(root, path)).catch((): string[] => []))
          .filter((name) => pattern.test(name))
          .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
          .map((name) => `${path}/${name}`),
      ),
    );
    found = names.flat();
  }
  return found;
};

/** A link's target, or the text of a regular file in its place; undefined if neither exists. */
const linkTarget = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    const link = (await lstat(path)).isSymbolicLink();
    return link ? Buffer.from(await readlink(path)) : await readBounded(path);
  } catch {
    return undefined;
  }
};

/** The number of entries of a folder, or the text of a regular file in its place. */
const entryCount = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    const folder = (await stat(path)).isDirectory();
    return folder ? Buffer.from(`${String((await readdir(path)).length)}\n`) : await readBounded(path);
  } catch {
    return undefined;
  }
};

const readAll = async (source: Source, root: string): Promise<readonly FileSample[]> => {
  const files: FileSample[] = [];
  const take = async (
    globs: readonly string[],
    read: (path: string) => Promise<Uint8Array | undefined>,
  ): Promise<void> => {
    for (const glob of globs) {
      const below = glob.replace(/^\/proc\//, '/');
      for (const path of await expand(root, below)) {
        const bytes = await read(join(root, path));
        if (bytes) files.push({ path: below === glob ? path : `/proc${path}`, bytes });
      }
    }
  };
  await take(source.recipe.read, (path) => readBounded(path).catch(() => undefined));
  await take(source.recipe.links ?? [], linkTarget);
  await take(source.recipe.counts ?? [], entryCount);
  return files;
};

/** The main file of a source: the last one of its recipe (per-process sources also read stat). */
const ownPath = (source: Source, file: string, bytes: Uint8Array): string => {
  const own = source.recipe.read.at(-1) ?? '';
  const text = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const folder = basename(dirname(resolve(file)));
  const pid = /^\d+$/.test(folder) ? folder : (/^(\d+) \(/.exec(text)?.[1] ?? /^Pid:\s+(\d+)$/m.exec(text)?.[1]);
  return own.replace('[0-9]*', pid ?? 'unknown');
};

const nothing = (source: Source, path: string): FridayError =>
  new FridayError(
    'input',
    `${printable(path, 200)}: expected files of ${source.name} (${source.recipe.read.join(', ')}), got none`,
    {
      next: 'Name the file itself, or a folder with the layout of /proc.',
    },
  );

/** One sample from a raw file, or from a folder with the layout of /proc (or with a subfolder proc). */
export const rawSample = async (source: Source, path: string, t: number): Promise<SourceSample> => {
  const found = await stat(path);
  if (!found.isDirectory()) {
    const bytes = await readBounded(path);
    return { t, whole: true, files: [{ path: ownPath(source, path, bytes), bytes }], gone: [] };
  }
  const inside = await stat(join(path, 'proc')).then(
    (sub) => sub.isDirectory(),
    () => false,
  );
  const files = await readAll(source, inside ? join(path, 'proc') : path);
  if (files.length === 0) throw nothing(source, path);
  return { t, whole: true, files, gone: [] };
};
