// Builds the JupyterLab extension into dist/labextension and the page renderers into dist/renderers.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import esbuild from 'esbuild';

const root = join(import.meta.dirname, '..');
const extension = join(root, 'extension');

/** Runs a program of a package with this Node; prints its output if it fails. */
const node = (what, args, cwd) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  throw new Error(`${what}: expected it to succeed, got status ${status}`);
};

/** The first heading of a notebook. */
const titleOf = ({ cells }, name) => {
  const markdown = cells
    .filter(({ cell_type: type }) => type === 'markdown')
    .map(({ source }) => [source].flat().join(''));
  return /^#\s+(.+)$/m.exec(markdown.join('\n'))?.[1] ?? name;
};

/** A module with notebooks/*.ipynb, so that templates need no server. */
const templates = {
  name: 'templates',
  setup(build) {
    build.onResolve({ filter: /^templates$/ }, () => ({ path: 'templates', namespace: 'templates' }));
    build.onLoad({ filter: /.*/, namespace: 'templates' }, () => {
      const folder = join(root, 'notebooks');
      const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.ipynb')) : [];
      const found = files.sort().map((file) => {
        const name = file.slice(0, -'.ipynb'.length);
        const notebook = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        return { name, title: titleOf(notebook, name), notebook };
      });
      return { contents: `export const templates = ${JSON.stringify(found)};`, loader: 'js' };
    });
  },
};

const bundle = (options) =>
  esbuild.build({ absWorkingDir: extension, bundle: true, target: 'es2022', logLevel: 'warning', ...options });

/** The scripts for `fbf flame -o out.html` and the pages of `fbf run`: one file each, without imports. */
export const buildRenderer = () =>
  bundle({
    entryPoints: { flamegraph: 'src/renderers/standalone.ts', page: 'src/renderers/page.ts' },
    outdir: join(root, 'dist', 'renderers'),
    format: 'iife',
    minify: true,
    charset: 'utf8',
  });

/** Builds two modules (the plugin and the MIME renderers), then the bundle that JupyterLab loads. */
const buildLab = async () => {
  const require = createRequire(join(extension, 'package.json'));
  node('tsc of extension/', [require.resolve('typescript/bin/tsc'), '-p', extension], root);
  await bundle({
    entryPoints: { index: 'src/index.ts', mime: 'src/mime.ts' },
    outdir: 'lib',
    format: 'esm',
    external: ['@jupyterlab/*', '@lumino/*'],
    plugins: [templates],
  });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const core = join(dirname(require.resolve('@jupyterlab/core-meta/package.json')), 'core.package.json');
  const builder = join(dirname(require.resolve('@jupyter/builder/package.json')), 'lib', 'build-labextension.js');
  node('build of the labextension', [builder, '--core-package-file', core, extension], extension);
  const built = JSON.parse(readFileSync(join(root, 'dist', 'labextension', 'package.json'), 'utf8'));
  const { load, extension: plugin, mimeExtension } = built.jupyterlab?._build ?? {};
  if (!load || !plugin || !mimeExtension)
    throw new Error('dist/labextension/package.json: expected _build.load, extension and mimeExtension');
};

export const build = async () => {
  await buildRenderer();
  await buildLab();
};

if (import.meta.main) await build();
