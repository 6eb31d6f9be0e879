import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** Why the planted loads cannot be compiled here; undefined if they can. */
export const whyNoCompiler =
  spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0 ? undefined : 'needs gcc';

/** Frame pointers in every function, and no symbol but those of the program. */
const FLAGS = ['-O2', '-g0', '-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer'];
/** A loop costs the same wherever its function lies. */
const ALIGNED = ['-falign-functions=64', '-falign-loops=64'];

/** A load that measures itself. */
export interface Load {
  readonly file: string;
  readonly child: ChildProcess;
  /** Starts a measurement; the function returned gives the share of the planted function since then. */
  measure(): () => number;
}

/** Compiles loads/NAME.c in `folder` and starts it. */
export const startLoad = (name: 'spinner' | 'waiter', folder: string): Load => {
  const file = join(folder, name);
  const source = join(import.meta.dirname, 'loads', `${name}.c`);
  const { status, stderr } = spawnSync('gcc', [...FLAGS, ...ALIGNED, '-o', file, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
  const child = spawn(file, { stdio: ['ignore', 'pipe', 'inherit'] });
  let [part, whole] = [0, 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    [part = part, whole = whole] = (text.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  });
  return {
    file,
    child,
    measure: () => {
      const [before, all] = [part, whole];
      return () => (part - before) / (whole - all);
    },
  };
};
