import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';
import { processTable } from '../sources/formats/process-table.ts';
import type { SourceSample } from '../sources/source.ts';
import { diskError, replaceFile } from './disk.ts';
import type { ClockPair, Manifest, NamespaceFact, OverheadFact, ProgramFact } from './format.ts';
import { manifestPath, MOST_PROCESSES, PROCESSES } from './layout.ts';
import { takeLock } from './lock.ts';
import type { RecordingStart, RecordingWriter, SampleFrame } from './recording.ts';
import { programWriter } from './program.ts';
import type { StreamWriter } from './stream.ts';
import { streamWriter } from './stream.ts';
import type { Tally } from './tally.ts';
import { newTally } from './tally.ts';
import type { RecordedWarning } from './warning.ts';

const MANIFEST_SECONDS = 10;
const MOST_WARNINGS = 1000;
const NOTHING: OverheadFact = { cpu: 0, memory: 0, bytes: 0, wall: 0 };

/** What changes while a recording is written. */
interface State {
  readonly tallies: Map<string, Tally>;
  readonly warnings: RecordedWarning[];
  readonly clocks: ClockPair[];
  readonly processes: ReturnType<typeof processTable>;
  readonly programs: Map<string, ProgramFact>;
  overhead: OverheadFact;
  status: Manifest['status'];
  reason: string | undefined;
  namespaces: NamespaceFact | undefined;
  seconds: number | undefined;
}

const newState = (start: RecordingStart): State => ({
  tallies: new Map(Object.entries(start.streams).map(([name, stream]) => [name, newTally(stream)])),
  warnings: [],
  clocks: [start.clock],
  processes: processTable(MOST_PROCESSES),
  programs: new Map(Object.entries(start.programs ?? {})),
  overhead: NOTHING,
  status: 'open',
  reason: undefined,
  namespaces: undefined,
  seconds: start.seconds,
});

const manifestOf = ({ host, tools }: RecordingStart, state: State): Manifest => ({
  format: 1,
  status: state.status,
  ...(state.reason === undefined ? {} : { reason: state.reason }),
  ...(state.seconds === undefined ? {} : { seconds: state.seconds }),
  host,
  tools,
  clocks: state.clocks,
  processes: state.processes.facts(),
  sources: Object.fromEntries([...state.tallies].map(([name, tally]) => [name, tally.fact()])),
  ...(state.programs.size === 0 ? {} : { programs: Object.fromEntries(state.programs) }),
  overhead: state.overhead,
  ...(state.namespaces === undefined ? {} : { namespaces: state.namespaces }),
  warnings: state.warnings,
});

/** The sample with its time relative to the start of the recording. */
const toSample = ({ t, clock, whole, files, gone }: SampleFrame, start: ClockPair): SourceSample => ({
  t: Math.max(0, t - (clock === 'monotonic' ? start.monotonic : start.boottime)),
  whole,
  files,
  gone,
});

const emptyFolder = async (dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const there = (await readdir(dir)).filter((name) => name !== 'lock');
  if (there.length === 0) return;
  throw new FridayError('recording', `${dir}: expected an empty folder, got one with ${there.slice(0, 3).join(', ')}`, {
    next: 'Record into a new folder; recordings are never overwritten.',
  });
};

const unknownStream = (name: string): FridayError =>
  new FridayError('internal', `recording: got a sample of ${name}, a stream that was not ordered`, {
    next: 'This is a bug of Fast by Friday; please report it with the recording.',
  });

const warn = ({ tallies, warnings }: State, warning: RecordedWarning): void => {
  const tally = warning.source === undefined ? undefined : tallies.get(warning.source);
  if (tally) tally.warn(warning);
  else if (warnings.length < MOST_WARNINGS) warnings.push(warning);
};

/** Share of the processes whose namespace could not be read. */
const unreadShare = ({ unread, of }: NamespaceFact): number => unread / Math.max(1, of);

const update = (state: State, change: Parameters<RecordingWriter['update']>[0]): void => {
  if (change.clock) state.clocks.push(change.clock);
  if (change.overhead) state.overhead = change.overhead;
  if (change.seconds !== undefined) state.seconds = change.seconds;
  const { namespaces: before = change.namespaces } = state;
  if (change.namespaces && before)
    state.namespaces = unreadShare(before) > unreadShare(change.namespaces) ? before : change.namespaces;
  for (const [name, fact] of Object.entries(change.sources ?? {})) state.tallies.get(name)?.merge(fact);
  for (const [name, fact] of Object.entries(change.programs ?? {})) state.programs.set(name, fact);
};

/** Runs tasks one after the other; a failed one does not stop the next. */
const oneByOne = () => {
  let queue: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  };
};

/** Writes the manifest: at once, or if the last write was long enough ago. */
const manifestWriter = (dir: string, start: RecordingStart, state: State) => {
  let written = 0;
  const save = async (): Promise<void> => {
    written = performance.now();
    await replaceFile(manifestPath(dir), `${JSON.stringify(manifestOf(start, state), null, 1)}\n`);
  };
  return {
    save,
    saveSometimes: async (): Promise<void> => {
      if (performance.now() - written > MANIFEST_SECONDS * 1000) await save();
    },
  };
};

/** Writes frames to the segments of their streams. */
const frameWriter = (dir: string, { streams, clock }: RecordingStart, state: State) => {
  const writers = new Map<string, StreamWriter>();
  return {
    async append(frame: SampleFrame): Promise<void> {
      const stream = streams[frame.stream];
      if (!stream) throw unknownStream(frame.stream);
      const sample = toSample(frame, clock);
      let writer = writers.get(frame.stream);
      if (!writer) writers.set(frame.stream, (writer = streamWriter(dir, frame.stream, stream.recipe)));
      await writer.append(sample);
      state.tallies.get(frame.stream)?.count(sample);
      if (frame.stream === PROCESSES) state.processes.add(sample);
    },
    async close(): Promise<void> {
      for (const writer of writers.values()) await writer.close();
    },
  };
};

/**
 * Begins a recording in an empty or new folder. Throws kinds 'recording' (another process writes there), 'disk-full'.
 */
export const createRecording = async (dir: string, start: RecordingStart): Promise<RecordingWriter> => {
  await emptyFolder(dir).catch((error: unknown) => {
    throw diskError(error, dir);
  });
  const lock = await takeLock(dir);
  const state = newState(start);
  const manifest = manifestWriter(dir, start, state);
  const frames = frameWriter(dir, start, state);
  const inTurn = oneByOne();
  await mkdir(join(dir, 'raw'), { recursive: true });
  await manifest.save();
  return {
    dir,
    get manifest() {
      return manifestOf(start, state);
    },
    append: (frame) =>
      inTurn(async () => {
        await frames.append(frame);
        await manifest.saveSometimes();
      }),
    program: (name) => programWriter(dir, name),
    warn: (warning) => {
      warn(state, warning);
    },
    update: (change) => {
      update(state, change);
    },
    close: (status, reason) =>
      inTurn(async () => {
        state.status = status;
        state.reason = reason;
        try {
          await frames.close();
          await manifest.save();
        } catch (error) {
          await lock.giveUp(reason ?? String(error)).catch(() => undefined);
          throw error;
        } finally {
          await rm(`${manifestPath(dir)}.tmp`, { force: true });
        }
        await lock.release();
      }),
  };
};
