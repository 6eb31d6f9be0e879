import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';
import { packageRoot } from '../paths.ts';

/** The renderer that pages of their own carry, as one script without imports: built by `npm run build`. */
export const rendererScript = async (): Promise<string> => {
  const file = join(packageRoot, 'dist', 'renderers', 'flamegraph.js');
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new FridayError('missing', 'flame graph page: expected the built renderer, got none', {
      next: 'Run: npm run build',
      seen: file,
      cause,
    });
  }
};
