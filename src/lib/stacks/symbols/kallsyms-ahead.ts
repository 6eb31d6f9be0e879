import { Worker } from 'node:worker_threads';
import { entry } from '../../paths.ts';
import { kallsymsOf, type Kallsyms, type KallsymsLines } from './kallsyms.ts';

/**
 * Reads the running kernel's symbols in a thread of its own, while this one walks a capture: the kernel takes 50 ms to
 * print them, and their lines take as long. Undefined where that fails; they are then read when they are asked for.
 */
export const kallsymsAhead = (file = '/proc/kallsyms'): Promise<Kallsyms | undefined> =>
  new Promise((resolve) => {
    const worker = new Worker(entry('src/lib/stacks/symbols/kallsyms-thread'), { workerData: file });
    // Whoever has no use for it any more may end before it does.
    worker.unref();
    worker.once('message', ({ text, lines }: { text: Uint8Array; lines: KallsymsLines }) => {
      resolve(kallsymsOf(lines, text));
    });
    for (const end of ['error', 'exit']) worker.once(end, () => { resolve(undefined); }); // prettier-ignore
  });
