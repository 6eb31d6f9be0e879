// Compiles the Perl programs that run on hosts and in benches, without running them; warnings count as errors.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { perlParts as symbolsParts } from '../src/lib/fetch/request.ts';
import { perlParts } from '../src/recorder/sampler/perl.ts';

const root = join(import.meta.dirname, '..');

/** The text of several files as one program; perl names the file and line of an error. */
const joined = (files) => files.map((file) => `# line 1 "${file}"\n${readFileSync(join(root, file), 'utf8')}`).join('');

const programs = [perlParts, symbolsParts];
const alone = globSync('{src,bench,test}/**/*.pl', { cwd: root }).filter((file) => !programs.flat().includes(file));

const compiles = (files) => {
  const { status, stderr } = spawnSync('perl', ['-wc', '-'], { input: joined(files), encoding: 'utf8' });
  const fine = status === 0 && stderr.trim() === '- syntax OK';
  if (!fine) process.stdout.write(stderr);
  return fine;
};

process.exitCode = [...programs, ...alone.map((file) => [file])].map(compiles).every(Boolean) ? 0 : 1;
