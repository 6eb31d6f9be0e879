import type { Duplex } from 'node:stream';
import { FridayError, type ErrorKind } from '../lib/errors.ts';

/** Functions of one JSON value that one end offers to the other; `signal` aborts when the caller gives up. */
export type Handlers = Readonly<Record<string, (body: never, signal: AbortSignal) => Promise<unknown>>>;

/** Two processes that call each other over one stream of JSON lines. */
export interface Wire {
  call(name: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Resolves when the other end has gone; pending calls are then rejected. */
  readonly closed: Promise<void>;
  end(): void;
}

interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly next: string;
  readonly seen?: string | undefined;
}

type Message =
  | { readonly call: number; readonly name: string; readonly body: unknown }
  | { readonly cancel: number }
  | { readonly answer: number; readonly ok: unknown }
  | { readonly answer: number; readonly error: Failure };

/** A line may contain a process table or a script's output in base64. */
const LONGEST = 128 * 1024 * 1024;

const toFailure = (error: unknown): Failure => {
  if (!(error instanceof FridayError))
    return { kind: 'internal', message: String(error), next: 'This is a bug of Fast by Friday; please report it.' };
  const { kind, what, next, seen } = error;
  return { kind, next, seen, message: what };
};

const toError = ({ kind, message, next, seen }: Failure): FridayError => new FridayError(kind, message, { next, seen });

const gone = (): FridayError =>
  new FridayError('host-gone', 'This connection was closed; connect again.', {
    next: 'await connect(...) again. Recordings that were written are kept.',
  });

/** Splits a stream into lines and passes each to `take`. */
const eachLine = (stream: Duplex, take: (line: string) => void): void => {
  let rest: string[] = [];
  let size = 0;
  stream.setEncoding('utf8').on('data', (part: string) => {
    const lines = part.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      take(rest.join('') + line);
      rest = [];
      size = 0;
    }
    rest.push(last);
    size += last.length;
    if (size > LONGEST) stream.destroy();
  });
};

type Send = (message: Message) => void;

/** Answers calls of the other end. */
const server = (handlers: Handlers, send: Send) => {
  const serving = new Map<number, AbortController>();
  const serve = async ({ call, name, body }: Extract<Message, { call: number }>): Promise<void> => {
    const stopped = new AbortController();
    serving.set(call, stopped);
    try {
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (!handler)
        throw new FridayError('internal', `recorder: unknown call ${name}`, {
          next: 'Restart the kernel: the recorder is of another version.',
        });
      send({ answer: call, ok: (await handler(body as never, stopped.signal)) ?? null });
    } catch (error) {
      send({ answer: call, error: toFailure(error) });
    } finally {
      serving.delete(call);
    }
  };
  const cancelAll = (): void => {
    for (const stopped of serving.values()) stopped.abort();
  };
  return { serve, cancel: (call: number) => serving.get(call)?.abort(), cancelAll };
};

/** Calls the other end and keeps the pending calls. */
const caller = (send: Send, isOpen: () => boolean, onBusy?: (busy: boolean) => void) => {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let next = 0;
  const settle = (message: Extract<Message, { answer: number }>): void => {
    const one = waiting.get(message.answer);
    waiting.delete(message.answer);
    if (waiting.size === 0) onBusy?.(false);
    if ('error' in message) one?.reject(toError(message.error));
    else one?.resolve(message.ok);
  };
  const call: Wire['call'] = (name, body, signal) =>
    new Promise((resolve, reject) => {
      if (!isOpen()) {
        reject(gone());
        return;
      }
      const id = next++;
      if (waiting.size === 0) onBusy?.(true);
      waiting.set(id, { resolve, reject });
      send({ call: id, name, body });
      const cancel = (): void => {
        send({ cancel: id });
      };
      if (signal?.aborted === true) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
    });
  const rejectAll = (): void => {
    for (const { reject } of waiting.values()) reject(gone());
    waiting.clear();
  };
  return { call, settle, rejectAll };
};

/** Opens a wire on a stream; `onBusy` tells whether calls of ours are pending. */
export const openWire = (stream: Duplex, handlers: Handlers, onBusy?: (busy: boolean) => void): Wire => {
  let open = true;
  const send: Send = (message) => {
    if (open) stream.write(`${JSON.stringify(message)}\n`);
  };
  const theirs = server(handlers, send);
  const ours = caller(send, () => open, onBusy);
  eachLine(stream, (line) => {
    const message = JSON.parse(line) as Message;
    if ('call' in message) void theirs.serve(message);
    else if ('cancel' in message) theirs.cancel(message.cancel);
    else ours.settle(message);
  });
  stream.on('error', () => undefined); // 'close' follows
  const closed = new Promise<void>((resolve) => {
    stream.once('end', () => void stream.destroy());
    stream.once('close', () => {
      open = false;
      ours.rejectAll();
      theirs.cancelAll();
      resolve();
    });
  });
  return { call: ours.call, closed, end: () => void stream.end() };
};
