import { Worker } from 'node:worker_threads';
import { entry } from '../../paths.ts';
import { kallsymsOf, type Kallsyms, type KallsymsLines } from './kallsyms.ts';

/**
 * Reads the running kernel's symbols in a thread while the capture is being read: the kernel takes 50 ms to print them,
 * and splitting their lines takes as long. Undefined on failure; they are then read on demand.
 */
export const kallsymsAhead = (file = '/proc/kallsyms'): Promise<Kallsyms | undefined> =>
  new Promise((resolve) => {
    const worker = new Worker(entry('src/lib/stacks/symbols/kallsyms-thread'), { workerData: file });
    // The thread must not keep a process alive that no longer needs it.
    worker.unref();
    worker.once('message', ({ text, lines }: { text: Uint8Array; lines: KallsymsLines }) => {
      resolve(kallsymsOf(lines, text));
    });
    for (const end of ['error', 'exit']) worker.once(end, () => { resolve(undefined); }); // prettier-ignore
  });
