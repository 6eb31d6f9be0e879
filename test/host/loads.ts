import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Why the planted loads cannot be compiled here; undefined if they can. */
export const whyNoCompiler =
  spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0 ? undefined : 'needs gcc';

/** Frame pointers in every function, and no symbol but those of the program. */
const FLAGS = ['-O2', '-g0', '-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer'];
/** A loop costs the same wherever its function lies. */
const ALIGNED = ['-falign-functions=64', '-falign-loops=64'];

/** Compiles a load with known shares, loads/NAME.c, and returns its file in `folder`. */
export const compileLoad = (name: 'spinner' | 'waiter', folder: string): string => {
  const file = join(folder, name);
  const source = join(import.meta.dirname, 'loads', `${name}.c`);
  const { status, stderr } = spawnSync('gcc', [...FLAGS, ...ALIGNED, '-o', file, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
  return file;
};
