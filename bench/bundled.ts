import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../src/lib/paths.ts';

/** Bundles a program of bench/ the way users run ours: with everything else, in dist/. Returns the file to run. */
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
