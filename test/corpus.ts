import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/lib/paths.ts';

/**
 * A folder of published data with expected results, beside the checkout; undefined in a plain clone, which has none.
 */
export const corpus = (name: string): string | undefined => {
  const folder = join(process.env['FBF_CORPUS'] ?? join(packageRoot, '..', 'shared', 'corpus'), name);
  return existsSync(folder) ? folder : undefined;
};
