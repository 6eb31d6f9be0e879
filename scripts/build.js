// Builds everything in dist/: the WASM, the bundles of library, command, recorder and kernel, the declarations
// that cells are checked against, and the JupyterLab extension.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { inlinePrograms } from './inline-programs.js';

const root = join(import.meta.dirname, '..');

/** One bundle per process; they share chunks, so that each process loads a module once. */
const entries = {
  'lib/index': 'src/lib/index.ts',
  'lib/stacks/symbols/kallsyms-thread': 'src/lib/stacks/symbols/kallsyms-thread.ts',
  'cli/main': 'src/cli/main.ts',
  'recorder/main': 'src/recorder/main.ts',
  'recorder/askpass': 'src/recorder/askpass.ts',
  'kernel/front': 'kernel/src/front.ts',
  'kernel/user': 'kernel/src/user.ts',
};

const present = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)));
await rm(join(root, 'dist', 'chunks'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(present),
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  plugins: [inlinePrograms],
  sourcemap: true,
  logLevel: 'warning',
});

/** Parts that are not bundles; each file exports `build()` and reads only sources. */
for (const part of ['wasm', 'declarations', 'extension']) {
  const file = join(root, 'scripts', `build-${part}.js`);
  if (existsSync(file)) await (await import(file)).build();
}
