// Compiles the Perl programs that run on hosts and in benches, without running them; warnings count as errors.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { perlParts } from '../src/recorder/sampler/perl.ts';

const root = join(import.meta.dirname, '..');

/** The text of several files as one program; perl names the file and line of an error. */
const joined = (files) => files.map((file) => `# line 1 "${file}"\n${readFileSync(join(root, file), 'utf8')}`).join('');

const alone = globSync('{src,bench,test}/**/*.pl', { cwd: root }).filter((file) => !perlParts.includes(file));

const compiles = (files) => {
  const { status, stderr } = spawnSync('perl', ['-wc', '-'], { input: joined(files), encoding: 'utf8' });
  const fine = status === 0 && stderr.trim() === '- syntax OK';
  if (!fine) process.stdout.write(stderr);
  return fine;
};

process.exitCode = [perlParts, ...alone.map((file) => [file])].map(compiles).every(Boolean) ? 0 : 1;
