import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';

/** A package that is imported by its name, as a whole or one of its files: `from 'a'`, `import('@b/c/d.js')`. */
const NAME = String.raw`'((?:@[\w-]+/)?[a-z][\w.:-]*)`;
const PACKAGE = new RegExp(`^(?:import |import [^'\n]* from |[^'\n]*\} from )${NAME}|\\bimport\\(${NAME}`, 'gm');

const imported = (): Map<string, string> =>
  new Map(
    globSync(['src/**/*.ts', 'kernel/src/**/*.ts'], { cwd: packageRoot, exclude: ['src/wasm/**'] }).flatMap((file) =>
      [...readFileSync(join(packageRoot, file), 'utf8').matchAll(PACKAGE)].map(([, a, b]) => [a ?? b ?? '', file]),
    ),
  );

test('what runs imports the packages that are installed with it, and nothing that only the build or a test needs', () => {
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const packages = [...imported()].filter(([name]) => name !== 'fast-by-friday' && !isBuiltin(name));
  expect(packages.length).toBeGreaterThan(5);
  expect(packages.filter(([name]) => !(name in dependencies))).toEqual([]);
});
