import { spawnSync } from 'node:child_process';
import { bytesOfFile } from '../../src/lib/bytes/bytes.ts';
import { readPerfData } from '../../src/lib/sources/perf-data/profile.ts';
import { stacksOf, type Stacks } from './perf-frames.ts';

/**
 * Reads a capture with a folder of symbols as another machine would: with another host name and kernel, without perf's
 * cache. `node read-elsewhere.ts FILE FOLDER` prints the stacks as JSON.
 */
export const readElsewhere = (file: string, folder: string): Stacks => {
  const hide = 'hostname elsewhere; for f in /proc/kallsyms /sys/kernel/notes; do mount --bind /dev/null $f; done';
  const argv = ['-mu', 'sh', '-c', `${hide}; HOME=/nowhere exec "$@"`, 'sh', process.execPath, import.meta.filename, file, folder]; // prettier-ignore
  const { stdout, stderr, status } = spawnSync('unshare', argv, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Stacks;
};

if (process.argv[1] === import.meta.filename) {
  const [file = '', symbols = ''] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(stacksOf(await readPerfData(bytesOfFile(file), { symbols }))));
}
