import { setTimeout as sleep } from 'node:timers/promises';
import { hostProgram } from '../lib/host-program.ts';
import { printable } from '../lib/printable.ts';
import type { RecordedWarning } from '../lib/recording/warning.ts';
import { scriptHeader } from '../lib/transport/quote.ts';
import type { Supervise } from './attach.ts';

/** Processes that are asked at most: each takes up to 15 s. */
const MOST = 8;
/** Seconds after which the maps are removed, whatever happens. */
const SECONDS = 240;

/** Maps that Java processes wrote for us; they stay on the host until `remove`. */
export interface JavaMaps {
  readonly warnings: readonly RecordedWarning[];
  readonly remove: () => Promise<void>;
}

const warningOf = (line: string): RecordedWarning[] => {
  const [, pid, why = ''] = /^@failed (\d+) (.*)$/.exec(line) ?? [];
  return pid === undefined ? [] : [{ code: 'java-map-failed', pid: Number(pid), why: printable(why.trim(), 300) }];
};

/**
 * Lets those of the processes that are Java write a map of the code that they compiled. Its supervisor removes the maps when
 * we end or die. After `seconds` those that did not answer are not waited for.
 */
export const writeJavaMaps = async (
  supervise: Supervise,
  pids: readonly number[],
  seconds: number,
): Promise<JavaMaps> => {
  const program = scriptHeader({}, pids.slice(0, MOST).map(String)) + hostProgram('src/recorder/java-maps.sh');
  const supervised = await supervise({ program, seconds: SECONDS, serves: false });
  const { output, done } = supervised;
  let said = '';
  let ready = (): void => undefined;
  const written = new Promise<void>((resolve) => (ready = resolve));
  const reading = (async () => {
    for await (const bytes of output) {
      said += Buffer.from(bytes).toString('latin1');
      if (/^@ready$/m.test(said)) ready();
    }
  })();
  reading.catch(() => undefined);
  await Promise.race([written, done, sleep(seconds * 1000, undefined, { ref: false })]);
  return {
    warnings: said.split('\n').flatMap(warningOf),
    remove: async () => {
      supervised.stop();
      await done;
    },
  };
};
