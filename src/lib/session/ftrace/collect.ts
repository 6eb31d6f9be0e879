import type { Answer } from '../../answer/answer.ts';
import { FTRACE, ftraceQuestion, readCapture } from '../../questions/ftrace.ts';
import type { Captured } from '../../questions/way.ts';
import type { Recording } from '../../recording/recording.ts';
import { eventsOf } from '../../sources/ftrace/program.ts';
import type { Ftrace } from '../../sources/ftrace/read.ts';
import { joined, type Capture, type Part } from '../answers.ts';
import { takenWay } from '../taken.ts';
import { eventsFor, keysOf } from './events.ts';
import { typedFtrace } from './typed.ts';

/** Reads each capture once, whichever of its events is asked for. */
const readOnce = (): ((captured: Captured) => Promise<Ftrace>) => {
  let read: Promise<Ftrace> | undefined;
  return (captured) => (read ??= readCapture(captured));
};

type Question = ReturnType<typeof ftraceQuestion>;

interface EventPart {
  readonly event: string;
  readonly question: Question;
  readonly part: Part;
}

/** The wanted events of one recording. */
const partsOf = async ({ of }: Capture, recording: Recording, wanted: readonly string[]): Promise<EventPart[]> => {
  const { manifest, dir } = recording;
  const recorded = eventsOf(recording.program(FTRACE)?.fact.program ?? { argv: [] });
  const order = { events: eventsFor(wanted, recorded), filters: {}, kb: 0 };
  const read = readOnce();
  const parts: EventPart[] = [];
  for (const event of order.events) {
    const question = ftraceQuestion({ order, event, typed: typedFtrace, read });
    const taken = await takenWay(recording, question);
    if (taken !== undefined) parts.push({ event, question, part: { of, manifest, dir, taken, table: taken.table } });
  }
  return parts;
};

/** The answers by the events' names, of all hosts, from what is recorded so far. */
export const collectFtrace = async (
  captures: readonly Capture[],
  wanted: readonly string[],
  code: string,
): Promise<Readonly<Record<string, Answer>>> => {
  const recordings = await Promise.all(captures.map(({ run }) => run.recording));
  await Promise.all(recordings.map((recording) => recording.refresh()));
  const all = await Promise.all(
    captures.map((capture, i) => {
      const recording = recordings[i];
      return recording === undefined ? Promise.resolve([]) : partsOf(capture, recording, wanted);
    }),
  );
  const byEvent = Map.groupBy(all.flat(), ({ event }) => event);
  const keys = keysOf([...byEvent.keys()]);
  return Object.fromEntries(
    [...byEvent].map(([event, parts]) => {
      const key = keys.get(event) ?? event;
      const question = { ...(parts[0] as EventPart).question, name: event };
      const answer = joined({ kind: 'question', question, sources: [] }, key, parts.map(({ part }) => part), code); // prettier-ignore
      return [key, answer] as const;
    }),
  );
};
