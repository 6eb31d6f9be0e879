import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { FridayError } from '../lib/errors.ts';
import { privateDir } from '../lib/transport/private-dir.ts';
import type { Progress, Prompt, Snapshot } from './contract.ts';
import { connectHost, type Host } from './host.ts';
import { packFinished } from './protocol.ts';
import type { Connected, ConnectCall, RecordCall, RunCall, ShCall } from './protocol.ts';
import { openWire, type Handlers, type Wire } from './wire.ts';

/** A recorder: one host, and the processes (owners) that use the host through it. */
export interface Recorder {
  admit(socket: Socket): void;
  close(why: string): Promise<void>;
}

/** Milliseconds that closing may take, so that a dead connection does not keep the process. */
const LAST = 15_000;

const notConnected = (): never => {
  throw new FridayError('usage', 'recorder: a call before connect', {
    next: 'Connect first: startRecorder(url).',
  });
};

/** The calls that every owner may make. */
const serving = (here: () => Host, wire: () => Wire): Handlers => ({
  sh: async ({ script, timeout }: ShCall, signal) => packFinished(await here().sh(script, { timeout, signal })),
  run: async (call: RunCall, signal) => packFinished(await here().run(call, signal)),
  record: ({ run, order }: RecordCall) => {
    const tell = (progress: Progress): void =>
      void wire()
        .call('progress', { run, progress })
        .catch(() => undefined);
    return here().record(run, order, tell);
  },
  stop: ({ run }: { run: string }) => here().stop(run),
  audit: ({ before }: { before?: Snapshot }) => here().audit(before),
});

/** The connected owners, and those of them that can prompt the user. */
const newOwners = () => {
  const all = new Set<Wire>();
  const prompting = new Set<Wire>();
  /** Passes a prompt to the newest owner that can prompt the user. */
  const prompt = async (what: Prompt): Promise<string> => {
    const wire = [...prompting].at(-1);
    if (wire !== undefined) return String(await wire.call('prompt', what));
    throw new FridayError(
      'auth',
      'recorder: a password or another answer is needed, but no connected process can ask you',
      {
        next: 'Connect in a notebook or a terminal.',
      },
    );
  };
  const admit = (wire: Wire, gone: () => void): void => {
    all.add(wire);
    void wire.closed.then(() => {
      all.delete(wire);
      prompting.delete(wire);
      gone();
    });
  };
  const mayPrompt = (wire: Wire, may: boolean): void => {
    if (may) prompting.add(wire);
  };
  return { all, prompt, admit, mayPrompt };
};

/** Makes a recorder that is not connected yet; `gone` is called when everything is closed. */
export const openRecorder = (gone: () => void): Recorder => {
  const dir = privateDir();
  const socket = join(dir, 'r');
  const owners = newOwners();
  let server: Server | undefined;
  let host: Host | undefined;
  let connecting: Promise<Host> | undefined;
  let linger = 0;
  let closing: Promise<void> | undefined;

  const shut = async (why: string): Promise<void> => {
    setTimeout(gone, LAST).unref();
    server?.close();
    await (await connecting?.catch(() => undefined))?.close(why);
    for (const wire of owners.all) wire.end();
    rmSync(dir, { recursive: true, force: true });
    gone();
  };
  const close = (why: string): Promise<void> => (closing ??= shut(why));
  const here = (): Host => host ?? notConnected();
  const connected = (): Connected => ({ ...here().connected, socket });

  const connect = async (wire: Wire, call: ConnectCall, signal: AbortSignal): Promise<Connected> => {
    linger = call.linger ?? 0;
    owners.mayPrompt(wire, call.mayPrompt);
    connecting = connectHost(call, { promptUser: call.mayPrompt ? owners.prompt : undefined, signal });
    host = await connecting;
    server = createServer(admit);
    await new Promise<void>((resolve, reject) => server?.once('error', reject).listen(socket, resolve));
    return connected();
  };
  const admit = (stream: Socket): void => {
    const wire: Wire = openWire(stream, {
      connect: (call: ConnectCall, signal) => connect(wire, call, signal),
      attach: (call: { mayPrompt: boolean }) => {
        owners.mayPrompt(wire, call.mayPrompt);
        return Promise.resolve(connected());
      },
      ...serving(here, () => wire),
      close: () => close('the connection was closed'),
    });
    owners.admit(wire, () => {
      setTimeout(() => {
        if (owners.all.size === 0) void close('the process that started it has exited');
      }, linger * 1000);
    });
  };
  return { admit, close };
};
