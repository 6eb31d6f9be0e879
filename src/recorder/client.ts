import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { FridayError } from '../lib/errors.ts';
import { entry } from '../lib/paths.ts';
import type { Manifest } from '../lib/recording/format.ts';
import { parseUrl } from '../lib/transport/url.ts';
import type {
  AttachRecorder,
  Audit,
  Order,
  Progress,
  Prompt,
  PromptUser,
  RecorderClient,
  RecorderOptions,
  RecordingRun,
  StartRecorder,
  Tried,
} from './contract.ts';
import { unpackFinished } from './protocol.ts';
import type {
  Connected,
  ConnectCall,
  FinishedWire,
  ProgressCall,
  RecordCall,
  RunCall,
  ShCall,
  TryCall,
} from './protocol.ts';
import { findDoor } from './waiting.ts';
import { openWire, type Wire } from './wire.ts';

export type * from './contract.ts';
export { MAX_CPU, SYMBOL_SECONDS, TRACER_CPU } from './limits.ts';
export { chooseForm, type Form } from './sampler/plan.ts';
export { planStreams } from './streams.ts';

/** The connection to a recorder, with the progress of its runs. It keeps this process alive only while a call waits. */
const wireTo = (socket: Socket, promptUser: PromptUser | undefined) => {
  const listeners = new Map<string, (progress: Progress) => void>();
  const nobody = (): Promise<never> => Promise.reject(new Error('no way to prompt the user'));
  const wire = openWire(
    socket,
    {
      prompt: (prompt: Prompt) => (promptUser ?? nobody)(prompt),
      progress: ({ run, progress }: ProgressCall) => Promise.resolve(listeners.get(run)?.(progress)),
    },
    (busy) => (busy ? socket.ref() : socket.unref()),
  );
  return { wire, listeners };
};

type Line = ReturnType<typeof wireTo>;

const record = ({ wire, listeners }: Line, { onProgress, ...order }: Order): RecordingRun => {
  const run = randomUUID();
  const dir = resolvePath(order.dir);
  let latest: Progress | undefined;
  listeners.set(run, (progress) => {
    latest = progress;
    onProgress?.(progress);
  });
  const call: RecordCall = { run, order: { ...order, dir } };
  const done = (wire.call('record', call) as Promise<Manifest>).finally(() => listeners.delete(run));
  done.catch(() => undefined); // not an unhandled rejection if nobody awaits it
  const stop = async (): Promise<Manifest> => {
    await wire.call('stop', { run });
    return done;
  };
  return {
    dir,
    done,
    stop,
    get progress() {
      return latest;
    },
  };
};

const clientOf = (line: Line, connected: Connected): RecorderClient => {
  const { wire } = line;
  return {
    ...connected,
    sh: async (script, { timeout, signal } = {}) => {
      const call: ShCall = { script, timeout };
      return unpackFinished((await wire.call('sh', call, signal)) as FinishedWire);
    },
    run: async (script, { seconds, sudo, signal } = {}) => {
      const call: RunCall = { script, seconds, sudo };
      return unpackFinished((await wire.call('run', call, signal)) as FinishedWire);
    },
    try: async (order, { sudo, signal } = {}) => {
      const call: TryCall = { order, sudo };
      return (await wire.call('try', call, signal)) as Tried;
    },
    versions: async () => (await wire.call('versions', {})) as Readonly<Record<string, string>>,
    record: (order) => record(line, order),
    audit: async (before) => (await wire.call('audit', { before })) as Audit,
    close: async () => {
      await wire.call('close', {}).catch(() => undefined);
      wire.end();
      await wire.closed;
    },
  };
};

/** Starts a recorder in its own session, so that Ctrl-C in a terminal leaves it time to close recordings. */
const spawnRecorder = (): { child: ChildProcess; socket: Socket; said: () => string } => {
  const child = spawn(process.execPath, [entry('src/recorder/main')], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  child.unref();
  (child.stderr as Socket | null)?.unref();
  return { child, socket: child.stdio[3] as Socket, said: () => said };
};

const broken = (said: string, cause: unknown): FridayError =>
  new FridayError('internal', 'the recorder exited during startup', {
    next: 'This is a bug of Fast by Friday; please report it with the output of the recorder.',
    seen: said,
    cause,
  });

const interrupted = (): FridayError =>
  new FridayError('interrupted', 'connect: interrupted before the connection was made', { next: 'Connect again.' });

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

const configOf = ({ sshConfig = process.env['FBF_SSH_CONFIG'] }: RecorderOptions): string | undefined => sshConfig;

const connectOver = async (wire: Wire, url: string, options: RecorderOptions): Promise<Connected> => {
  const { promptUser, away, kernel, linger, signal } = options;
  const call: ConnectCall = {
    url,
    mayPrompt: promptUser !== undefined,
    away,
    kernel,
    linger,
    sshConfig: configOf(options),
  };
  return (await wire.call('connect', call, signal)) as Connected;
};

/** See {@link StartRecorder}. */
export const startRecorder: StartRecorder = async (url, options = {}) => {
  parseUrl(url);
  if (isAborted(options.signal)) throw interrupted();
  const { child, socket, said } = spawnRecorder();
  const line = wireTo(socket, options.promptUser);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => {
      reject(broken(said(), error));
    });
  });
  failed.catch(() => undefined);
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(interrupted());
    };
    options.signal?.addEventListener('abort', abort, { once: true });
  });
  aborted.catch(() => undefined);
  try {
    return clientOf(line, await Promise.race([connectOver(line.wire, url, options), failed, aborted]));
  } catch (error) {
    line.wire.end();
    if (isAborted(options.signal)) throw interrupted();
    if (error instanceof FridayError && error.kind === 'host-gone' && said() !== '') throw broken(said(), error);
    throw error;
  }
};

const opened = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });

/** See {@link AttachRecorder}. */
export const attachRecorder: AttachRecorder = async (url, options = {}) => {
  const { kernel, promptUser } = options;
  const door = kernel === undefined ? undefined : findDoor({ url, kernel, sshConfig: configOf(options) });
  if (door === undefined) return undefined;
  try {
    const line = wireTo(await opened(door), promptUser);
    return clientOf(line, (await line.wire.call('attach', { mayPrompt: promptUser !== undefined })) as Connected);
  } catch {
    return undefined; // its wait has just ended
  }
};
