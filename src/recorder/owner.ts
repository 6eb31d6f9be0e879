import type { Socket } from 'node:net';
import { FridayError } from '../lib/errors.ts';
import type { Progress, Prompt, Snapshot } from './contract.ts';
import { connectHost, type Host } from './host.ts';
import { packFinished } from './protocol.ts';
import type { Connected, ConnectCall, RecordCall, RunCall, ShCall, TryCall } from './protocol.ts';
import { waitFor } from './waiting.ts';
import { openWire, type Handlers, type Wire } from './wire.ts';

/** A recorder: one host, and the process (its owner) that uses the host through it. */
export interface Recorder {
  admit(socket: Socket): void;
  close(why: string): Promise<void>;
}

/** Milliseconds that closing may take, so that a dead connection does not keep the process. */
const LAST = 15_000;
/** Seconds that a recorder waits for its kernel to restart: time enough to choose Restart, then to run the cells. */
const LINGER = 60;

const GONE = 'the process that started it has exited';

const notConnected = (): never => {
  throw new FridayError('usage', 'recorder: a call before connect', {
    next: 'Connect first: startRecorder(url).',
  });
};

const cannotPrompt = (): FridayError =>
  new FridayError('auth', 'recorder: a password or another answer is needed, but no connected process can ask you', {
    next: 'Connect in a notebook or a terminal.',
  });

/** The calls that an owner makes once it is connected. */
const serving = (here: () => Host, wire: () => Wire): Handlers => ({
  sh: async ({ script, timeout }: ShCall, signal) => packFinished(await here().sh(script, { timeout, signal })),
  run: async (call: RunCall, signal) => packFinished(await here().run(call, signal)),
  try: (call: TryCall, signal) => here().try(call, signal),
  record: ({ run, order }: RecordCall) => {
    const tell = (progress: Progress): void =>
      void wire()
        .call('progress', { run, progress })
        .catch(() => undefined);
    return here().record(run, order, tell);
  },
  versions: () => here().versions,
  stop: ({ run }: { run: string }) => here().stop(run),
  audit: ({ before }: { before?: Snapshot }) => here().audit(before),
});

/** The host of a recorder, and how it was asked for. */
const newConnection = () => {
  let call: ConnectCall | undefined;
  let connecting: Promise<Host> | undefined;
  let host: Host | undefined;
  const here = (): Host => host ?? notConnected();
  const connected = (): Connected => ({ ...here().connected, running: here().running() });
  const connect = async (asked: ConnectCall, options: Parameters<typeof connectHost>[1]): Promise<Connected> => {
    call = asked;
    connecting = connectHost(asked, options);
    host = await connecting;
    return connected();
  };
  const close = async (why: string): Promise<void> => (await connecting?.catch(() => undefined))?.close(why);
  const isRecording = (): boolean => (host?.running() ?? []).length > 0;
  return { call: () => call, here, connected, connect, close, isRecording };
};

/** The process that uses the recorder now, and whether it can prompt the user. */
interface Owner {
  readonly wire: Wire;
  mayPrompt: boolean;
}

/** Makes a recorder that is not connected yet; `gone` is called when everything is closed. */
export const openRecorder = (gone: () => void): Recorder => {
  const connection = newConnection();
  let owner: Owner | undefined;
  let closing: Promise<void> | undefined;

  const shut = async (why: string): Promise<void> => {
    setTimeout(gone, LAST).unref();
    await connection.close(why);
    owner?.wire.end();
    gone();
  };
  const close = (why: string): Promise<void> => (closing ??= shut(why));
  const prompt = async (what: Prompt): Promise<string> => {
    if (owner?.mayPrompt !== true) throw cannotPrompt();
    return String(await owner.wire.call('prompt', what));
  };
  /** A kernel that restarts while a recording runs finds the recorder again. */
  const left = async (): Promise<void> => {
    const { kernel, url, sshConfig, linger: seconds = LINGER } = connection.call() ?? { url: '' };
    const worthIt = (): boolean => owner === undefined && closing === undefined && connection.isRecording();
    if (kernel !== undefined)
      await waitFor({ url, sshConfig, kernel }, { seconds, worthIt, admit }).catch(() => undefined);
    if (owner === undefined) await close(GONE);
  };
  const admit = (stream: Socket): void => {
    const wire: Wire = openWire(stream, {
      connect: (call: ConnectCall, signal) => {
        now.mayPrompt = call.mayPrompt;
        return connection.connect(call, { promptUser: call.mayPrompt ? prompt : undefined, signal });
      },
      attach: ({ mayPrompt }: { mayPrompt: boolean }) => {
        now.mayPrompt = mayPrompt;
        return Promise.resolve(connection.connected());
      },
      ...serving(connection.here, () => wire),
      close: () => close('the connection was closed'),
    });
    const now: Owner = (owner = { wire, mayPrompt: false });
    void wire.closed.then(() => {
      owner = undefined;
      void left();
    });
  };
  return { admit, close };
};
