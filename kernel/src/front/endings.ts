import { getHeapStatistics } from 'node:v8';
import type { Failure } from '../messages.ts';
import type { Ending } from './user-process.ts';

const GONE =
  'The process that runs cells was restarted: variables and imports are lost. Run the cells that define them again.';

const failure = (ename: string, evalue: string): Failure => ({
  ename,
  evalue,
  traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`, GONE],
});

const heapLimit = (): string => `${Math.round(getHeapStatistics().heap_size_limit / 2 ** 20)} MB`;

/** The failure of a cell whose process ended: out of memory, killed, crashed, or process.exit(). */
export const explainEnding = ({ code, signal, crash }: Ending, exited: number | undefined): Failure => {
  if (/out of memory|OOM/i.test(crash)) {
    return failure('OutOfMemory', `the cell used up the JavaScript heap (limit about ${heapLimit()})`);
  }
  if (exited !== undefined) return failure('Exit', `the cell called process.exit(${exited})`);
  if (signal === 'SIGKILL') {
    return failure(
      'Killed',
      "the process that ran the cell was killed (SIGKILL): by hand, or by the kernel's OOM killer (see dmesg)",
    );
  }
  if (signal !== null) {
    return failure('NativeFault', `the process that ran the cell died of ${signal}: a fault in native code or in V8`);
  }
  return failure('Exit', `the process that ran the cell ended with status ${code ?? 'unknown'}`);
};

/** The failure of a cell that was stopped before it ran. */
export const stopped: Failure = {
  ename: 'Interrupted',
  evalue: 'the cell was stopped',
  traceback: ['\u001b[31mInterrupted\u001b[39m: the cell was stopped'],
};
