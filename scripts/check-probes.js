// Compiles every bpftrace program of probes/ without running it. As root, with bpftrace.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** `--dry-run` since 0.21; before, -d alone meant it. */
const help = spawnSync('bpftrace', ['--help'], { encoding: 'utf8' });
const dry = `${help.stdout}${help.stderr}`.includes('--dry-run') ? '--dry-run' : '-d';

const compiles = (file) => {
  const { status, stdout, stderr } = spawnSync('bpftrace', [dry, join(root, file), '1', '0', '64'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) process.stderr.write(`${file}:\n${stdout}${stderr}`);
  return status === 0;
};

process.exitCode = globSync('probes/*.bt', { cwd: root }).map(compiles).every(Boolean) ? 0 : 1;
