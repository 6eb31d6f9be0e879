// Scripts in .venv/bin name their Python by an absolute path. In a copied or moved clone they start the old clone's
// Python, and so the old clone's kernel. This rewrites them to use the .venv in which they are.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TEXT = 4096;

/** The .venv that the scripts in `venv` start; undefined if there are none yet. */
export const madeFor = (venv) => {
  const script = join(venv, 'bin', 'jupyter-lab');
  if (!existsSync(script)) return undefined;
  const head = readFileSync(script, 'latin1').slice(0, TEXT);
  return /(\/[^\n"']*)\/bin\/python[\d.]*/.exec(head)?.[1];
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const repoint = (file, from, to) => {
  const text = readFileSync(file, 'latin1');
  if (text.slice(0, TEXT).includes('\0')) return;
  const wanted = Buffer.from(to, 'utf8').toString('latin1');
  const changed = text.replace(new RegExp(`${escaped(from)}(?![\\w.-])`, 'g'), () => wanted);
  if (changed !== text) writeFileSync(file, changed, 'latin1');
};

/** Rewrites all scripts of `venv`. Returns the folder that they named before; undefined if nothing had to change. */
export const moveIn = (venv) => {
  const before = madeFor(venv);
  const real = Buffer.from(venv, 'utf8').toString('latin1');
  if (before === undefined || before === real) return undefined;
  const scripts = readdirSync(join(venv, 'bin'), { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of scripts) repoint(join(venv, 'bin', name), before, venv);
  repoint(join(venv, 'pyvenv.cfg'), before, venv);
  return Buffer.from(before, 'latin1').toString('utf8');
};
