import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/paths.ts';

/** What Node loads: lines `NAME => FILE (ADDRESS)` and `FILE (ADDRESS)` of ldd. */
const libraries = (): readonly string[] =>
  [...execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(
    ([, file = '']) => file,
  );

/** What of a clone is there after npm start. */
const PARTS = ['src', 'dist', 'assets', 'node_modules', 'package.json'];

const fileIn = (root: string, name: string): void => {
  mkdirSync(join(root, name, '..'), { recursive: true });
  writeFileSync(join(root, name), '');
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Runs a module's text on a machine that has Node, this project and one folder, at its own path, and nothing else: no
 * /proc, /sys, /usr, /tmp, no symbols, no caches. Returns its standard output.
 */
export const onBareMachine = (root: string, folder: string, text: string): string => {
  const files = new Map([[process.execPath, '/n/node'], ...libraries().map((file) => [file, `/n/${file.slice(file.lastIndexOf('/') + 1)}`] as const)]); // prettier-ignore
  const mounts = [...files, ...PARTS.map((part) => [join(packageRoot, part), `/repo/${part}`] as const), [folder, folder] as const]; // prettier-ignore
  for (const [from, to] of mounts)
    if (files.has(from) || from.endsWith('.json')) fileIn(root, to);
    else mkdirSync(join(root, to), { recursive: true });
  writeFileSync(join(root, 'repo', 'run.mjs'), text);
  const loader = [...files.values()].find((file) => /\/ld[-.]/.test(file)) ?? '';
  const binds = mounts.map(([from, to]) => `mount --bind -o ro ${quoted(from)} ${quoted(join(root, to))}`);
  const run = `exec chroot ${quoted(root)} ${loader} --library-path /n /n/node /repo/run.mjs`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-mu', 'sh', '-ec', `hostname elsewhere; ${[...binds, run].join('; ')}`], { encoding: 'utf8', maxBuffer: 2 ** 28, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/none' } }); // prettier-ignore
  if (status !== 0) throw new Error(stderr);
  return stdout;
};
