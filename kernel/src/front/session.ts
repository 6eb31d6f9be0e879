import type { Checker } from '../language/language.ts';
import type { CommKind, DoneMessage, FromUser, RunMessage, ToUser } from '../messages.ts';
import { type CellRecord, createCells } from './cells.ts';
import type { Comms } from './comms.ts';
import { explainEnding } from './endings.ts';
import { createLive } from './live.ts';
import type { Out } from './requests.ts';
import type { Stdin } from './stdin.ts';
import { type Ending, startUserProcess, type UserListener, type UserProcess } from './user-process.ts';
import type { Json } from './wire.ts';

export interface SessionParts {
  readonly folder: string;
  readonly out: Out;
  readonly stdin: Stdin;
  readonly comms: Comms;
  readonly checker: () => Checker | undefined;
  readonly log: (line: string) => void;
}

type Cells = ReturnType<typeof createCells>;
type Message<K> = K extends CommKind ? CommMessage : Extract<FromUser, { readonly kind: K }>;
type CommMessage = Extract<FromUser, { readonly kind: CommKind }>;
type Handlers = { readonly [K in FromUser['kind']]?: (message: Message<K>, buffers: readonly Buffer[]) => void };

interface Life {
  user: UserProcess | undefined;
  /** True after a successful start: a process that dies later is restarted at once, otherwise at the next request. */
  ready: boolean;
  closed: boolean;
  /** The status that a cell gave to process.exit(). */
  exited: number | undefined;
}

/** Sends a message under a cell, after the text that the cell has printed so far. */
const createSay =
  ({ out }: SessionParts, cells: Cells) =>
  (cell: number, type: string, content: Json, metadata?: Json, buffers?: readonly Uint8Array[]): void => {
    const record = cells.find(cell);
    record?.output.flush();
    out.publish(type, record?.request.header, content, { metadata, buffers });
  };

const createHandlers = (parts: SessionParts, cells: Cells, life: Life, send: (message: ToUser) => void): Handlers => {
  const { stdin, comms } = parts;
  const say = createSay(parts, cells);
  const comm = (message: CommMessage, buffers: readonly Buffer[]): void => {
    comms.track(message.kind, message.content);
    say(message.cell, message.kind, message.content, message.metadata, buffers);
  };
  return {
    ready: () => {
      life.ready = true;
    },
    exit: ({ code }) => {
      life.exited = code;
    },
    done: cells.settle,
    interrupted: ({ serial, kept }) => {
      cells.stopped(serial, kept);
    },
    stream: ({ cell, name, text }) => cells.find(cell)?.output.write(name, text),
    display: ({ cell, type, content }) => {
      say(cell, type, content);
    },
    clear: ({ cell, wait }) => {
      say(cell, 'clear_output', { wait });
    },
    late: ({ cell, failure }) => {
      say(cell, 'error', { ...failure });
    },
    input: (message) => {
      const record = cells.find(message.cell);
      record?.output.flush();
      stdin.ask(record?.request, message, (value) => {
        send({ kind: 'input', ask: message.ask, ...(value === undefined ? {} : { value }) });
      });
    },
    comm_open: comm,
    comm_msg: comm,
    comm_close: comm,
  };
};

/** The user process, restarted when it dies. */
const createLife = (parts: SessionParts, cells: Cells, receive: UserListener['message']) => {
  const { folder, stdin, comms, checker, log } = parts;
  const life: Life = { user: undefined, ready: false, closed: false, exited: undefined };
  const ended = (ending: Ending): void => {
    log(`user process ended: ${JSON.stringify(ending)}`);
    const failure = explainEnding(ending, life.exited);
    life.exited = undefined;
    life.user = undefined;
    if (life.closed) return;
    checker()?.reset();
    stdin.cancel();
    const say = createSay(parts, cells);
    for (const id of comms.reset()) say(0, 'comm_close', { comm_id: id, data: {} });
    cells.fail(failure);
    if (life.ready) life.user ??= start();
  };
  const native: UserListener['native'] = (name, text) => {
    const record = cells.current();
    if (record) record.output.write(name, text);
    else log(`${name}: ${text}`);
  };
  const start = (): UserProcess => {
    life.ready = false;
    const user = startUserProcess(folder, { ended, native, message: receive });
    log(`user process ${user.pid}`);
    return user;
  };
  life.user = start();
  return {
    life,
    send: (message: ToUser, buffers?: readonly Uint8Array[]): void => {
      (life.user ??= start()).send(message, buffers);
    },
  };
};

/** The user process, and the cells whose output it may still send. */
export const createSession = (parts: SessionParts) => {
  const { stdin } = parts;
  const cells = createCells();
  const receive: UserListener['message'] = (message, buffers) => {
    const handle = handlers[message.kind] as ((message: FromUser, buffers: readonly Buffer[]) => void) | undefined;
    handle?.(message, buffers);
  };
  const { life, send } = createLife(parts, cells, receive);
  const live = createLive(send);
  const handlers: Handlers = {
    ...createHandlers(parts, cells, life, send),
    live: ({ ask, values }) => {
      live.answer(ask, values);
    },
  };
  return {
    send,
    live: live.ask,
    /** Registers a cell that `run` does not run, e.g. the owner of a comm message. */
    adopt: cells.adopt,
    /** Runs a cell; always resolves, with the reason if the process died. */
    run: (record: CellRecord, message: RunMessage): Promise<DoneMessage> => {
      const done = cells.begin(record);
      send(message);
      return done;
    },
    /** Drops a cell that is held while its types are being checked. */
    drop: (cell: number): void => {
      cells.drop(cell);
      send({ kind: 'drop', cell });
    },
    interrupt: (): void => {
      stdin.cancel();
      if (life.user) cells.stop(life.user.interrupt());
    },
    close: (): void => {
      life.closed = true;
      life.user?.kill();
    },
  };
};

export type Session = ReturnType<typeof createSession>;
