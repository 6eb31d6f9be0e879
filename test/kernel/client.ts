import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer, Request, Subscriber } from 'zeromq';
import { freePorts } from '../free-port.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into what came without describing it first
export type Json = Record<string, any>;

export interface Received {
  readonly channel: 'shell' | 'control' | 'iopub' | 'stdin';
  readonly type: string;
  readonly parent: string;
  readonly header: Json;
  readonly content: Json;
  readonly metadata: Json;
  readonly buffers: readonly Buffer[];
  /** performance.now() at its arrival. */
  readonly at: number;
}

export interface Cell {
  readonly id: string;
  readonly reply: Json;
  readonly outputs: readonly Received[];
  /** The text of one stream or of both. */
  text(name?: 'stdout' | 'stderr'): string;
  /** text/plain of the result. */
  readonly result: string | undefined;
  readonly error: Json | undefined;
}

const root = join(import.meta.dirname, '..', '..');
/** The kernel from its sources, or the one in FBF_KERNEL_FRONT. */
export const front = process.env['FBF_KERNEL_FRONT'] ?? join(root, 'kernel', 'src', 'front.ts');

export interface StartOptions {
  readonly key?: string;
  readonly argv?: readonly string[];
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** A kernel that has ended: the new one has its connection file, as after a restart. */
  readonly after?: Pick<Started, 'file' | 'folder' | 'connection' | 'remove'>;
}

/** A connection file with free ports; `remove` deletes it and its folder. */
export const connectionFile = async (key: string = randomUUID()) => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-kernel-test-'));
  const [shell_port, control_port, iopub_port, stdin_port, hb_port] = await freePorts(5);
  const connection = { transport: 'tcp', ip: '127.0.0.1', key, signature_scheme: 'hmac-sha256' };
  const ports = { shell_port, control_port, iopub_port, stdin_port, hb_port };
  const file = join(folder, 'connection.json');
  writeFileSync(file, JSON.stringify({ ...connection, ...ports }));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { file, folder, connection: { ...connection, ...ports } as Json, remove };
};

const DELIMITER = '<IDS|MSG>';

/** Opens the client's side of a connection: one session, five sockets; `late`: subscribe() connects iopub. */
export const connect = (connection: Json, { late = false }: { readonly late?: boolean } = {}) => {
  const session = randomUUID();
  const identity = session;
  const address = (name: string) => `tcp://127.0.0.1:${connection[`${name}_port`] as number}`;
  const limits = { linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0, reconnectInterval: 5 };
  const sockets = {
    shell: new Dealer({ ...limits, routingId: identity }),
    control: new Dealer({ ...limits, routingId: identity }),
    stdin: new Dealer({ ...limits, routingId: identity }),
    iopub: new Subscriber({ linger: 0, receiveHighWaterMark: 0, reconnectInterval: 5 }),
  };
  for (const name of ['shell', 'control', 'stdin'] as const) sockets[name].connect(address(name));
  const subscribe = (): void => {
    sockets.iopub.connect(address('iopub'));
    sockets.iopub.subscribe();
  };
  if (!late) subscribe();
  const seen: Received[] = [];
  const listeners = new Set<(message: Received) => void>();
  let closed = false;
  let bad = 0;

  const sign = (parts: readonly (Buffer | string)[]) => {
    if (connection['key'] === '') return '';
    const hmac = createHmac('sha256', connection['key'] as string);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  };
  const read = async (channel: Received['channel']) => {
    for await (const frames of sockets[channel]) {
      const at = frames.findIndex((frame) => frame.toString() === DELIMITER);
      const [signature, header, parent, metadata, content, ...buffers] = frames.slice(at + 1);
      if (sign([header!, parent!, metadata!, content!]) !== signature!.toString()) bad++;
      const head = JSON.parse(header!.toString()) as Json;
      const message: Received = {
        channel,
        type: head['msg_type'] as string,
        parent: ((JSON.parse(parent!.toString()) as Json)['msg_id'] as string | undefined) ?? '',
        header: head,
        content: JSON.parse(content!.toString()) as Json,
        metadata: JSON.parse(metadata!.toString()) as Json,
        buffers: buffers.map((buffer) => Buffer.from(buffer)),
        at: performance.now(),
      };
      seen.push(message);
      for (const listener of [...listeners]) listener(message);
    }
  };
  for (const channel of ['shell', 'control', 'iopub', 'stdin'] as const) {
    read(channel).catch((error: unknown) => {
      if (!closed) throw error;
    });
  }
  const queues = new Map<string, Promise<unknown>>();
  const sendFrames = (channel: 'shell' | 'control' | 'stdin', frames: (Buffer | string)[]): Promise<unknown> => {
    const before = queues.get(channel) ?? Promise.resolve();
    // Messages that are still being sent when a test closes its client may fail.
    const next = before
      .then(() => sockets[channel].send(frames))
      .catch((error: unknown) => {
        if (!closed) throw error;
      });
    queues.set(channel, next);
    return next;
  };
  const header = (type: string, more: Json = {}): Json => {
    const date = new Date().toISOString();
    return { msg_id: randomUUID(), msg_type: type, session, username: 'test', date, version: '5.4', ...more };
  };
  /** Sends a message; returns its id. */
  const send = (
    channel: 'shell' | 'control' | 'stdin',
    type: string,
    content: Json,
    { head = {}, buffers = [] }: { head?: Json; buffers?: Buffer[] } = {},
  ): string => {
    const full = header(type, head);
    const parts = [full, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    void sendFrames(channel, [DELIMITER, sign(parts), ...parts, ...buffers]);
    return full['msg_id'] as string;
  };
  /** Resolves with the first message, past or future, that `test` accepts. */
  const wait = (test: (message: Received) => boolean, ms = 200_000, what = 'a message'): Promise<Received> => {
    const past = seen.find(test);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(listener);
        reject(new Error(`no ${what} within ${ms} ms`));
      }, ms);
      const listener = (message: Received) => {
        if (!test(message)) return;
        clearTimeout(timer);
        listeners.delete(listener);
        resolve(message);
      };
      listeners.add(listener);
    });
  };
  const reply = (id: string, ms?: number) =>
    wait(({ channel, parent }) => parent === id && channel !== 'iopub' && channel !== 'stdin', ms, `reply to ${id}`);
  const idle = (id: string, ms?: number) =>
    wait(
      ({ type, parent, content }) => parent === id && type === 'status' && content['execution_state'] === 'idle',
      ms,
      'idle',
    );
  const request = async (
    channel: 'shell' | 'control',
    type: string,
    content: Json = {},
    ms?: number,
  ): Promise<Json> => {
    const { content: answer } = await reply(send(channel, type, content), ms);
    return answer;
  };
  const execute = (code: string, options: Json = {}): string =>
    send('shell', 'execute_request', {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
      ...options,
    });
  /** Waits for a cell's reply and idle status. */
  const finished = async (id: string, ms?: number): Promise<Cell> => {
    const [answer] = await Promise.all([reply(id, ms), idle(id, ms)]);
    const outputs = seen.filter(({ channel, parent }) => channel === 'iopub' && parent === id);
    const streams = outputs.filter(({ type }) => type === 'stream');
    const result = outputs.find(({ type }) => type === 'execute_result');
    return {
      id,
      outputs,
      reply: answer.content,
      text: (name) =>
        streams
          .filter(({ content }) => name === undefined || content['name'] === name)
          .map(({ content }) => content['text'] as string)
          .join(''),
      result: (result?.content['data'] as Json | undefined)?.['text/plain'] as string | undefined,
      error: outputs.find(({ type }) => type === 'error')?.content,
    };
  };
  const run = (code: string, options: Json = {}, ms?: number): Promise<Cell> => finished(execute(code, options), ms);
  /** Resolves when the kernel answers and its iopub messages arrive. */
  const ready = async (ms = 200_000): Promise<void> => {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      const id = send('shell', 'kernel_info_request', {});
      // If the kernel answers before our subscription reached it, its idle status is lost. Ask again soon: a long wait
      // here would be counted as its cold start.
      const found = await Promise.all([reply(id, ms), reply(id, ms).then(() => idle(id, 25))]).catch(() => undefined);
      if (found) return;
    }
    throw new Error('the kernel does not answer');
  };
  const beat = async (): Promise<number> => {
    const socket = new Request({ linger: 0 });
    socket.connect(address('hb'));
    const start = performance.now();
    await socket.send('beat');
    await socket.receive();
    socket.close();
    return performance.now() - start;
  };
  return {
    session,
    seen,
    subscribe,
    send,
    sendFrames,
    sign,
    wait,
    reply,
    idle,
    request,
    execute,
    finished,
    run,
    ready,
    beat,
    badSignatures: () => bad,
    on: (listener: (message: Received) => void) => void listeners.add(listener),
    /** Drops recorded messages, so that long tests use little memory. */
    forget: () => void seen.splice(0),
    close: () => {
      closed = true;
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
};

export type Client = ReturnType<typeof connect>;

/** Whether a process has exited, even if its parent has not reaped it yet (a zombie). */
export const isGone = (pid: number): boolean => {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
};

export interface Started extends Awaited<ReturnType<typeof connectionFile>> {
  readonly client: Client;
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

/** Starts a kernel and a client; `stop` ends both. */
export const startKernel = async (options: StartOptions = {}): Promise<Started> => {
  const { key, argv = [process.execPath, front], cwd, env = {}, after } = options;
  const { file, folder, connection, remove } = after ?? (await connectionFile(key));
  const [command = '', ...args] = argv;
  const child: ChildProcess = spawn(command, [...args, file], {
    cwd: cwd ?? folder,
    env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const client = connect(connection);
  await client.ready();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      client.send('control', 'shutdown_request', { restart: false });
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    }
    client.close();
    remove();
  };
  return { client, child, file, connection, folder, exited, remove, stop };
};
