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

const built = here.startsWith(join(packageRoot, 'dist'));

/**
 * The file to run for one of the package's own processes, e.g. `entry('src/recorder/main')`: the TypeScript source when
 * this process runs from source, its bundle in dist/ otherwise.
 */
export const entry = (source: string): string =>
  built
    ? join(packageRoot, 'dist', `${source.replace(/^src\//, '').replace(/^kernel\/src\//, 'kernel/')}.js`)
    : join(packageRoot, `${source}.ts`);
