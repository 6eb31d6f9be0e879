import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../src/lib/paths.ts';

/** A program of bench/ as users run ours: bundled beside everything else in dist/. Gives the file to run. */
export const bundled = async (name: string): Promise<string> => {
  const file = join(packageRoot, 'dist', 'bench', `${name}.js`);
  await build({
    absWorkingDir: packageRoot,
    entryPoints: [join('bench', `${name}.ts`)],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    logLevel: 'warning',
  });
  return file;
};
