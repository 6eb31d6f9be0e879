import type { Checker } from '../language/language.ts';
import type { DoneMessage, FromUser, RunMessage, ToUser } from '../messages.ts';
import { explainEnding } from './endings.ts';
import type { CellOutput } from './output.ts';
import type { Out, Request } from './requests.ts';
import type { Stdin } from './stdin.ts';
import type { Comms } from './comms.ts';
import { type Ending, startUserProcess, type UserProcess } from './user-process.ts';
import type { Json } from './wire.ts';

/** A cell that runs or ran: its request is the parent of everything that it says, however late. */
export interface CellRecord {
  readonly cell: number;
  readonly request: Request;
  readonly output: CellOutput;
}

interface Running {
  readonly record: CellRecord;
  readonly done: (message: DoneMessage) => void;
}

/** How many cells that are done can still say something under their own name. */
const REMEMBERED = 10_000;
/** How long live names are waited for: a busy program has none. */
const LIVE_PATIENCE = 150;

export interface Session {
  /** Runs a cell; always resolves, with the reason when the process died under it. */
  run(record: CellRecord, message: RunMessage): Promise<DoneMessage>;
  send(message: ToUser, buffers?: readonly Uint8Array[]): void;
  interrupt(): void;
  /** Live names of the running program, [] when it is busy. */
  live(ask: { kind: string; prefix: string }): Promise<readonly { value: string; doc: string }[]>;
  /** Makes a cell known that is not run by `run`, e.g. the one that a comm message belongs to. */
  adopt(record: CellRecord): void;
  close(): void;
}

export interface SessionParts {
  readonly folder: string;
  readonly out: Out;
  readonly stdin: Stdin;
  readonly comms: Comms;
  readonly checker: () => Checker | undefined;
  readonly log: (line: string) => void;
}

/** The user process, started again when it dies, and the cells whose output it still sends. */
export const createSession = ({ folder, out, stdin, comms, checker, log }: SessionParts): Session => {
  const known = new Map<number, CellRecord>();
  const running = new Map<number, Running>();
  const asked = new Map<number, (values: readonly { value: string; doc: string }[]) => void>();
  let current: CellRecord | undefined;
  let exited: number | undefined;
  let asks = 0;
  let closed = false;
  let ready = false;
  let user: UserProcess | undefined;

  const adopt = (record: CellRecord): void => {
    known.set(record.cell, record);
    const oldest = known.size > REMEMBERED ? known.keys().next().value : undefined;
    if (oldest !== undefined && !running.has(oldest)) known.delete(oldest);
  };
  /** The cell itself, or the one that runs now when its own is forgotten. */
  const under = (cell: number): CellRecord | undefined => known.get(cell) ?? current;

  const settle = (message: DoneMessage): void => {
    const entry = running.get(message.cell);
    running.delete(message.cell);
    entry?.done(message);
  };
  const say = (cell: number, type: string, content: Json, metadata?: Json, buffers?: readonly Uint8Array[]): void => {
    const record = under(cell);
    record?.output.flush();
    out.publish(type, record?.request.header, content, { metadata, buffers });
  };
  const receive = (message: FromUser, buffers: readonly Buffer[]): void => {
    switch (message.kind) {
      case 'stream':
        return under(message.cell)?.output.write(message.name, message.text);
      case 'done': {
        settle(message);
        return;
      }
      case 'display': {
        say(message.cell, message.type, message.content);
        return;
      }
      case 'clear': {
        say(message.cell, 'clear_output', { wait: message.wait });
        return;
      }
      case 'late': {
        say(message.cell, 'error', { ...message.failure });
        return;
      }
      case 'input':
        under(message.cell)?.output.flush();
        {
          stdin.ask(under(message.cell)?.request, message, (value) => {
            send({ kind: 'input', ask: message.ask, ...(value === undefined ? {} : { value }) });
          });
          return;
        }
      case 'live':
        return asked.get(message.ask)?.(message.values);
      case 'comm_open':
      case 'comm_msg':
      case 'comm_close':
        comms.track(message.kind, message.content);
        {
          say(message.cell, message.kind, message.content, message.metadata, buffers);
          return;
        }
      case 'exit':
        exited = message.code;
        return undefined;
      case 'ready':
        ready = true;
        return undefined;
      default:
        return undefined;
    }
  };
  const ended = (ending: Ending): void => {
    user = undefined;
    log(`user process ended: ${JSON.stringify(ending)}`);
    const failure = explainEnding(ending, exited);
    exited = undefined;
    if (closed) return;
    checker()?.reset();
    stdin.cancel();
    for (const id of comms.reset()) say(current?.cell ?? 0, 'comm_close', { comm_id: id, data: {} });
    for (const cell of [...running.keys()]) {
      settle({
        kind: 'done',
        cell,
        outcome: { status: 'error', ...failure },
        expressions: {},
        payload: [],
        barrier: 0,
      });
    }
    if (ready) start();
  };
  const start = (): UserProcess => {
    ready = false;
    user = startUserProcess(folder, {
      ended,
      message: receive,
      native: (name, text) => {
        if (current) current.output.write(name, text);
        else log(`${name}: ${text}`);
      },
    });
    log(`user process ${user.pid}`);
    return user;
  };
  const send = (message: ToUser, buffers?: readonly Uint8Array[]): void => {
    (user ?? start()).send(message, buffers);
  };
  start();

  return {
    adopt,
    send,
    run: (record, message) =>
      new Promise((done) => {
        adopt(record);
        current = record;
        running.set(record.cell, { record, done });
        send(message);
      }),
    interrupt: () => {
      stdin.cancel();
      user?.interrupt();
    },
    live: ({ kind, prefix }) =>
      new Promise((resolve) => {
        const ask = ++asks;
        const finish = (values: readonly { value: string; doc: string }[]): void => {
          clearTimeout(timer);
          asked.delete(ask);
          resolve(values);
        };
        const timer = setTimeout(finish, LIVE_PATIENCE, []);
        asked.set(ask, finish);
        send({ kind: 'live', ask, of: kind, prefix });
      }),
    close: () => {
      closed = true;
      user?.kill();
    },
  };
};
