import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Endings that people leave out of an import, in the order in which they are tried (TypeScript's order). */
const ENDINGS = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
const INDEX = ENDINGS.slice(1).map((ending) => `${sep}index${ending}`);

/** TypeScript allows an import to name the compiled file (`.js` for `.ts`). */
const WRITTEN: readonly (readonly [RegExp, string])[] = [
  [/\.js$/, '.ts'],
  [/\.mjs$/, '.mts'],
  [/\.cjs$/, '.cts'],
];

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The file that a relative or absolute import refers to; undefined if there is none. */
export const findFile = (path: string): string | undefined => {
  const written = WRITTEN.flatMap(([ending, ts]) => (ending.test(path) ? [path.replace(ending, ts)] : []));
  return [...[...ENDINGS, ...INDEX].map((ending) => path + ending), ...written].find(isFile);
};

const RELATIVE = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g;

/** The files that a file imports by relative path; found by pattern, so a false match is possible and harmless. */
const neighbours = (file: string, text: string): string[] =>
  [...text.matchAll(RELATIVE)].flatMap(([, specifier]) => findFile(join(dirname(file), specifier ?? '')) ?? []);

/** A file and all files that it imports by relative path, directly or not; cycles are fine. */
export const reachedFrom = (file: string): string[] => {
  const seen = new Set<string>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (!next.endsWith('.json')) waiting.push(...neighbours(next, readFileSync(next, 'utf8')));
  }
  return [...seen];
};

/**
 * A version for the contents of a file and all files that it imports: changes when any of them changes, so that a
 * module is loaded again after an edit in a dependency.
 */
export const versionOf = (file: string): string => {
  const hash = createHash('sha1');
  for (const reached of reachedFrom(file)) hash.update(reached).update('\0').update(readFileSync(reached));
  return hash.digest('hex').slice(0, 16);
};
