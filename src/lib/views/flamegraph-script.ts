import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';
import { packageRoot } from '../paths.ts';

/**
 * The script that draws the figures of a page (a flame graph or an executed notebook): one bundled file without
 * imports.
 */
export const rendererScript = async (of: 'flamegraph' | 'page' = 'flamegraph'): Promise<string> => {
  const file = join(packageRoot, 'dist', 'renderers', `${of}.js`);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new FridayError('missing', `page: expected the built renderer ${of}.js, got none`, {
      next: `Build it: cd '${packageRoot}' && npm run build`,
      seen: file,
      cause,
    });
  }
};
