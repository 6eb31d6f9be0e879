import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FridayError } from '../lib/errors.ts';
import type { Manifest } from '../lib/recording/format.ts';
import { readClocks } from '../lib/supervisor/clock.ts';
import type { Transport } from '../lib/transport/transport.ts';
import { begin, type Begun, type RunOptions } from './begin.ts';
import type { Progress, Running } from './contract.ts';
import { elapsed, finish, overheadOf, type State } from './finish.ts';
import type { SamplerFrame } from './sampler/frames.ts';

/** A recording that runs in this process. */
export interface Run {
  /** Resolves with the manifest when it is closed; rejects if nothing could be recorded. */
  readonly done: Promise<Manifest>;
  /** Ends it with that reason; resolves when it is closed. */
  stop(why: string): Promise<void>;
  running(): Running;
}

const PROGRESS = 250;
const CHECK = 2_000;
const EVERY = 10_000;
/** Milliseconds for the sampler's last frames after a stop; then its channel is dropped. */
const PATIENCE = 10_000;

const sizeOf = async (dir: string): Promise<number> => {
  const files = await readdir(dir, { recursive: true }).catch((): string[] => []);
  const size = (file: string): Promise<number> =>
    stat(join(dir, file)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0, // the segment was compressed and renamed meanwhile
    );
  return (await Promise.all(files.map(size))).reduce((sum, one) => sum + one, 0);
};

const take = async (frame: SamplerFrame, state: State, { writer, programs }: Begun): Promise<void> => {
  if (frame.kind === 'end') {
    state.end = frame;
    programs.stop(); // their window ends with the sampler's
  } else if (frame.kind === 'namespaces') writer.update({ namespaces: frame.seen });
  else if (frame.kind === 'sample') {
    state.samples++;
    await writer.append(frame);
  } else {
    const warning = { ...frame.warning, t: elapsed(state), ...(frame.stream && { source: frame.stream }) };
    state.warnings.push(warning);
    writer.warn(warning);
  }
};

/** Writes all frames of the sampler until its output ends; returns the error that stopped this early. */
const drain = async (state: State, begun: Begun): Promise<FridayError | undefined> => {
  try {
    for await (const bytes of begun.supervised.output) {
      state.bytes += bytes.length;
      for (const frame of begun.decoder.push(bytes)) await take(frame, state, begun);
    }
    return undefined;
  } catch (error) {
    begun.supervised.drop();
    if (error instanceof FridayError) return error;
    return new FridayError('host-gone', `recording: ${String(error)}`, { next: 'Record again.', cause: error });
  }
};

const progressOf = (state: State, begun: Begun | undefined): Omit<Progress, 'of'> => {
  const { samples, bytes, warnings } = state;
  return { seconds: elapsed(state), samples, bytes: bytes + (begun?.programs.cost().bytes ?? 0), warnings };
};

/** The window ends with the caller's own programs, if there are some and they end by themselves. */
const endWithOwn = ({ programs, supervised }: Begun, state: State): void => {
  void programs.ownEnd.then(() => {
    state.over = true;
    supervised.stop();
  });
};

const newState = (): State => ({
  began: performance.now(),
  warnings: [],
  why: undefined,
  over: false,
  samples: 0,
  bytes: 0,
  end: undefined,
});

/** Starts a recording: the sampler on the host, its frames to the folder, clocks and cost every 10 s. */
export const startRun = (transport: Transport, options: Omit<RunOptions, 'signal'>): Run => {
  const { order, onProgress } = options;
  const state = newState();
  const stopping = new AbortController();
  let begun: Begun | undefined;
  const halt = (why: string): void => {
    state.why ??= why;
    stopping.abort();
    begun?.supervised.stop();
    setTimeout(() => begun?.supervised.drop(), PATIENCE).unref();
  };
  const tell = (): void => {
    onProgress({ ...progressOf(state, begun), of: order.seconds });
  };
  const check = async (): Promise<void> => {
    if (order.maxBytes === undefined || (await sizeOf(order.dir)) < order.maxBytes) return;
    halt(`the recording reached its limit of ${order.maxBytes} bytes (maxBytes)`);
  };
  const note = async (now: Begun): Promise<void> => {
    now.writer.update({ overhead: overheadOf(state, now) });
    now.writer.update({ clock: await readClocks(transport, now.hasPerl) });
  };
  const work = async (): Promise<Manifest> => {
    const now = (begun = await begin(transport, { ...options, signal: stopping.signal }));
    state.began = performance.now();
    if (state.why !== undefined) halt(state.why);
    const timers = [
      setInterval(tell, PROGRESS),
      setInterval(() => void check(), CHECK),
      setInterval(() => void note(now).catch(() => undefined), EVERY),
    ];
    endWithOwn(now, state);
    void now.programs.allOver.then(halt);
    try {
      const failure = await drain(state, now);
      return await finish(transport, { state, begun: now, failure, options });
    } finally {
      for (const timer of timers) clearInterval(timer);
      tell();
    }
  };
  const done = work();
  done.catch(() => undefined); // not an unhandled rejection if nobody awaits it
  const stop = async (why: string): Promise<void> => {
    halt(why);
    await done.catch(() => undefined);
  };
  const running = (): Running => ({ dir: order.dir, seconds: elapsed(state), of: order.seconds });
  return { done, stop, running };
};
