import { FridayError } from '../errors.ts';
import { located } from '../paths.ts';
import { cutOf, cutSentence } from '../recording/cut.ts';
import type { Manifest } from '../recording/format.ts';
import { FTRACE } from '../questions/ftrace.ts';
import { openRecording } from '../recording/open.ts';
import { eventsOf } from '../sources/ftrace/program.ts';
import { checkRecorded } from './check/recorded.ts';
import type { About, Backend } from './backend.ts';
import { moment } from './describe.ts';
import { planRecorded } from './plan/recorded.ts';
import { processesOf } from './processes.ts';

const aboutOf = (manifest: Manifest): About => {
  const { host, clocks, seconds, overhead } = manifest;
  const cut = cutOf(manifest);
  const from = clocks.at(0)?.realtime;
  const when = from === undefined ? 'recorded at an unknown time' : `recorded ${moment(new Date(from * 1000))}`;
  const length = cut?.seen ?? seconds ?? overhead.wall;
  return {
    host,
    when: `${when} for ${length.toFixed(0)} s`,
    ...(cut === undefined ? {} : { cut: cutSentence(cut) }),
  };
};

/** A host that answers from a recording, `recording:DIR`. Starts no process, so nothing can be left behind. */
export const recordedBackend = async (dir: string): Promise<Backend> => {
  const recording = await openRecording(located(dir, 'manifest.json'));
  return {
    url: `recording:${dir}`,
    live: false,
    about: aboutOf(recording.manifest),
    run: ({ sources, programs = [] }) => {
      const has = recording.sources();
      const ran = programs.filter(({ question }) => recording.program(question.name) !== undefined);
      const alone = programs.filter((each) => each.question.sources.length === 0 && !ran.includes(each));
      const missing = [...sources.filter((name) => !has.includes(name)), ...alone.map(({ question }) => question.name)];
      if (ran.length === 0 && missing.length === sources.length + alone.length) {
        throw new FridayError('missing', `${dir}: this recording has no ${missing.join(', ')}`, {
          next: `It has ${[...has, ...Object.keys(recording.manifest.programs ?? {})].join(', ')}. Ask for those, or record again.`,
        });
      }
      return {
        recording: Promise.resolve(recording),
        done: Promise.resolve(recording.manifest),
        stop: () => undefined,
      };
    },
    plan: (need) => Promise.resolve(planRecorded(need, recording.manifest)),
    events: () => {
      const fact = recording.program(FTRACE)?.fact;
      return Promise.resolve(fact === undefined ? [] : eventsOf(fact.program));
    },
    processes: () => Promise.resolve(processesOf(recording.manifest)),
    check: (wanted) => Promise.resolve(checkRecorded(wanted, recording.manifest)),
    checkProcesses: () =>
      Promise.reject(
        new FridayError('missing', `${dir}: check of a target: expected a live host, got a recording`, {
          next: 'See the health of its profile: (await host.profile()).health',
        }),
      ),
    audit: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
};
