import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findFile, reachedFrom } from './local-files.ts';

/** The user's own files that cells have imported, as the checker last saw them. */
export interface LocalFiles {
  readonly folder: string;
  /** Files that changed, appeared or vanished since the last call. */
  stale(): string[];
  /** TypeScript files that these imports of a cell reach, directly or through one another. */
  reached(specifiers: readonly string[]): string[];
}

const contents = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

export const createLocalFiles = (folder: string): LocalFiles => {
  const seen = new Map<string, string | undefined>();
  return {
    folder,
    stale: () => {
      const changed: string[] = [];
      for (const [file, before] of seen) {
        const now = contents(file);
        if (now === before) continue;
        seen.set(file, now);
        changed.push(file);
      }
      return changed;
    },
    reached: (specifiers) => {
      const files = specifiers
        .filter((specifier) => /^\.{0,2}\//.test(specifier))
        .flatMap((specifier) => findFile(resolve(folder, specifier)) ?? [])
        .flatMap((file) => reachedFrom(file));
      for (const file of files) if (!seen.has(file)) seen.set(file, contents(file));
      return [...new Set(files)].filter((file) => /\.[mc]?ts$/.test(file) && !file.endsWith('.d.ts'));
    },
  };
};
