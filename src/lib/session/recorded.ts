import { FridayError } from '../errors.ts';
import { located } from '../paths.ts';
import { openRecording } from '../recording/open.ts';
import { checkRecorded } from './check/recorded.ts';
import type { Backend } from './backend.ts';
import { processesOf } from './processes.ts';

/** A host whose answers come from a recording: `recording:DIR`. Nothing is started, so nothing can be left. */
export const recordedBackend = async (dir: string): Promise<Backend> => {
  const recording = await openRecording(located(dir, 'manifest.json'));
  return {
    url: `recording:${dir}`,
    live: false,
    run: ({ sources }) => {
      const missing = sources.filter((name) => !recording.sources().includes(name));
      if (missing.length === sources.length) {
        throw new FridayError('missing', `${dir}: this recording has no ${missing.join(', ')}`, {
          next: `It has ${recording.sources().join(', ')}. Ask for those, or record again.`,
        });
      }
      return {
        recording: Promise.resolve(recording),
        done: Promise.resolve(recording.manifest),
        stop: () => undefined,
      };
    },
    processes: () => Promise.resolve(processesOf(recording.manifest)),
    check: (wanted) => Promise.resolve(checkRecorded(wanted, recording.manifest)),
    audit: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
};
