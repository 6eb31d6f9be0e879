import { randomBytes } from 'node:crypto';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { FridayError } from '../errors.ts';
import { follow } from './channel.ts';
import { beginMark, endMark, readFrame, type FrameReader } from './frames.ts';
import { greeting, watch } from './greeting.ts';
import { quote } from './quote.ts';
import type { Finished, ShOptions } from './transport.ts';

/** Answers of the control channel are small; a larger one is an error. */
const LIMIT = 64 * 1024 * 1024;
const TIMEOUT = 30_000;
const NOISE = 2_000;
/** Milliseconds that a killed script has to end before the whole channel is given up. */
const PATIENCE = 20_000;

/** The control channel: one `sh` that lives as long as the connection. */
export interface Shell {
  run(script: string, options?: ShOptions): Promise<Finished>;
  /** Closes its input, so that the shell exits by itself. */
  end(): void;
  readonly done: Promise<{ readonly status: number | undefined; readonly stderr: string }>;
}

export interface ShellOptions {
  /** Kills all children of the remote `sh` with this pid, over another channel. */
  readonly rescue: (pid: number) => Promise<unknown>;
  /** The error for a channel that has ended. */
  readonly lost: (stderr: string, status: number | undefined) => FridayError;
  /** The first script; its answer arrives with the greeting. */
  readonly first: string;
  /** The remote shell exits after 3 * `away` seconds of silence; the factor leaves time for a running script. */
  readonly away: number;
}

/** Resets the watch of the channel (greeting.ts). */
const HEARD = 'kill -USR1 $fbf_T 2>/dev/null';

/** Prints a mark in two parts: if the terminal echoes the command, the echo does not contain the mark. */
const split = (mark: string): string => `${quote(mark.slice(0, 2))} ${quote(mark.slice(2))}`;

/**
 * The lines that run a script in a subshell and frame both its streams, with its exit status. It is one compound
 * command, so that the shell has read all of it before any of it runs.
 */
export const framed = (script: string, nonce: string, input: '</dev/null' | ''): string => {
  const begin = `printf '%s%s' ${split(beginMark(nonce))}`;
  const end = `printf '%s%s%d@@' ${split(endMark(nonce))} "$fbf_s"`;
  const body = `( trap - USR1; eval ${quote(script)} ) ${input}`;
  return `{ ${begin}; ${begin} >&2; ${body}; fbf_s=$?; ${end}; ${end} >&2; ${HEARD}; }\n`;
};

const interrupted = (what: string): FridayError =>
  new FridayError('interrupted', `control channel: the script was killed on the host because ${what}`, {
    next: 'Try again; the host may be overloaded (see its load: uptime).',
  });

const tooLarge = (cause: unknown): FridayError =>
  new FridayError('input', `control channel: expected an answer of at most ${LIMIT} bytes, got more`, {
    next: 'Ask for fewer rows or a shorter window, or record it.',
    cause,
  });

/** Calls `stop` once, at the time limit or on the signal; returns a function that cancels this. */
const limitTime = ({ timeout = TIMEOUT, signal }: ShOptions, stop: (why: FridayError) => void): (() => void) => {
  const timer = setTimeout(() => {
    stop(interrupted(`it ran longer than ${timeout} ms`));
  }, timeout);
  const abort = (): void => {
    stop(interrupted('it was interrupted'));
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
};

/** Runs one request at a time, in order, whether or not the previous one failed. */
const inOrder = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
};

/** Exchanges one framed script and its answer over a child's three streams. */
const exchanger = (child: ChildProcessWithoutNullStreams, gone: Promise<FridayError>) => {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  let feed: ((frame: 'out' | 'err', bytes: Uint8Array) => void) | undefined;
  child.stdout.on('data', (bytes: Uint8Array) => feed?.('out', bytes));
  child.stderr.on('data', (text: string) => feed?.('err', Buffer.from(text)));
  return async (script: string, talk: ShOptions['talk']): Promise<Finished> => {
    const nonce = `${prefix}${(count++).toString(36)}`;
    const say = (text: string): void => void child.stdin.write(text);
    const heard = (bytes: Uint8Array): void => {
      if (bytes.length > 0) talk?.(Buffer.from(bytes).toString('latin1'), say);
    };
    const frames: Record<'out' | 'err', FrameReader> = {
      out: readFrame(nonce, LIMIT, heard),
      err: readFrame(nonce, LIMIT),
    };
    await new Promise<void>((resolve, reject) => {
      let open = 2;
      feed = (name, bytes) => {
        const frame = frames[name];
        try {
          if (frame.status() < 0 && frame.add(bytes) !== undefined && --open === 0) resolve();
        } catch (error) {
          reject(tooLarge(error));
        }
      };
      child.stdin.write(framed(script, nonce, talk ? '' : '</dev/null'));
      void gone.then(reject);
    });
    const { out, err } = frames;
    return { status: out.status(), stdout: out.bytes(), stderr: err.bytes().toString('utf8') };
  };
};

/** Keeps the channel's watch from ending it: regular messages, and a longer limit while a long script runs. */
const keepAwake = (child: ChildProcessWithoutNullStreams, away: number, done: Promise<unknown>) => {
  const limit = Math.max(3, Math.ceil(3 * away));
  let idle = true;
  const setLimit = (seconds: number): void => void child.stdin.write(`fbf_w ${Math.ceil(seconds)}\n`);
  const beat = setInterval(
    () => {
      if (idle) child.stdin.write(`${HEARD}\n`);
    },
    (limit / 6) * 1000,
  );
  void done.then(() => {
    clearInterval(beat);
  });
  const during = async <T>(timeout: number, work: () => Promise<T>): Promise<T> => {
    const needs = timeout / 1000 + away;
    if (needs > limit) setLimit(needs);
    idle = false;
    try {
      return await work();
    } finally {
      idle = true;
      if (needs > limit) setLimit(limit);
    }
  };
  return { limit, during, again: () => { setLimit(limit); } }; // prettier-ignore
};

/** Opens the control channel on a child that runs `sh` on the host; resolves with the first script's answer. */
export const openShell = async (
  child: ChildProcessWithoutNullStreams,
  { rescue, lost, first, away }: ShellOptions,
): Promise<{ readonly shell: Shell; readonly first: Finished }> => {
  const { done } = follow(child);
  let noise = ''; // a program in place of a login shell may print its reason on either stream
  const listen = (bytes: Uint8Array): void => {
    noise = (noise + Buffer.from(bytes).toString('latin1')).slice(0, NOISE);
  };
  child.stdout.on('data', listen);
  const gone = done.then(({ status, stderr }) => lost(`${stderr}${noise}`, status));
  const exchange = exchanger(child, gone);
  const queue = inOrder();
  const awake = keepAwake(child, away, done);
  child.stdin.write(`${greeting(randomBytes(4).toString('hex'))}${watch(awake.limit)}`);
  const answer = await exchange(`echo "$$"\n${first}`, undefined);
  child.stdout.off('data', listen);
  noise = '';
  const at = Buffer.from(answer.stdout).indexOf('\n');
  const pid = Number(Buffer.from(answer.stdout).toString('latin1', 0, at));

  const killed = async (work: Promise<Finished>, why: FridayError): Promise<never> => {
    const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await rescue(pid).catch(() => undefined);
    await work.catch(() => undefined);
    clearTimeout(patience);
    awake.again(); // the kill has ended the watch too
    throw why;
  };
  const run = (script: string, options: ShOptions = {}): Promise<Finished> =>
    queue(async () => {
      options.signal?.throwIfAborted();
      const work = awake.during(options.timeout ?? TIMEOUT, () => exchange(script, options.talk));
      let forget = (): void => undefined;
      const stopped = new Promise<FridayError>((resolve) => (forget = limitTime(options, resolve)));
      const result = await Promise.race([work, stopped]).finally(forget);
      return result instanceof FridayError ? killed(work, result) : result;
    });
  const shell: Shell = { run, end: () => void child.stdin.end(), done };
  return { shell, first: { ...answer, stdout: answer.stdout.subarray(at + 1) } };
};
