import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** The package's own folder, whether this file runs from src/ or from a bundle in dist/. */
export const packageRoot = ((): string => {
  let folder = dirname(here);
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
})();

/**
 * The path of a file or folder that may be bundled with the package, so that a copied template finds the bundled
 * recordings from any folder. `inside`: the file that a bundled folder must contain.
 */
export const located = (path: string, inside = ''): string => {
  const bundled = join(packageRoot, path);
  return !existsSync(path) && existsSync(join(bundled, inside)) ? bundled : path;
};

const built = here.startsWith(join(packageRoot, 'dist'));

/**
 * The file to run for one of the package's own processes, e.g. `entry('src/recorder/main')`: the TypeScript source if
 * this process runs from source, otherwise its bundle in dist/.
 */
export const entry = (source: string): string =>
  built
    ? join(packageRoot, 'dist', `${source.replace(/^src\//, '').replace(/^kernel\/src\//, 'kernel/')}.js`)
    : join(packageRoot, `${source}.ts`);
