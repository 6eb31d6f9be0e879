import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** The package's own folder, found from this file whether it runs from src/ or bundled in dist/. */
export const packageRoot = ((): string => {
  let folder = dirname(here);
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
})();

/**
 * Where a file or folder lies that may be a bundled one: recordings and captures of the package are found from every folder,
 * so that a template runs wherever its copy lies. `inside`: the file that a bundled folder must hold.
 */
export const located = (path: string, inside = ''): string => {
  const bundled = join(packageRoot, path);
  return !existsSync(path) && existsSync(join(bundled, inside)) ? bundled : path;
};

const built = here.startsWith(join(packageRoot, 'dist'));

/**
 * The file to run for one of the package's own processes, e.g. `entry('src/recorder/main')`: the TypeScript source when
 * this process runs from source, its bundle in dist/ otherwise.
 */
export const entry = (source: string): string =>
  built
    ? join(packageRoot, 'dist', `${source.replace(/^src\//, '').replace(/^kernel\/src\//, 'kernel/')}.js`)
    : join(packageRoot, `${source}.ts`);
