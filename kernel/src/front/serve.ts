import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommKind } from '../messages.ts';
import { createComms } from './comms.ts';
import { createExecutor, type Executor } from './execute.ts';
import { createHistory } from './history.ts';
import { kernelInfo } from './kernel-info.ts';
import { complete, inspect, isComplete } from './language-requests.ts';
import { createLazyChecker, type LazyChecker } from './lazy-checker.ts';
import { createOutputs } from './output.ts';
import { answer, flag, type Out, type Request } from './requests.ts';
import { createSession, type Session } from './session.ts';
import { createShells, type Shells } from './shells.ts';
import type { Channel, Connection, Sockets } from './sockets.ts';
import { createStdin, type Stdin } from './stdin.ts';
import type { Header, Json, Message } from './wire.ts';

type Answer = (request: Request) => Json | Promise<Json>;

const wayOut = (sockets: () => Sockets): Out => ({
  publish: (type, parent, content, more) => {
    sockets().publish({ type, parent, content, ...more });
  },
  send: (request, type, content) => {
    sockets().send(request.channel, request.ids, { type, parent: request.header, content });
  },
});

/** A folder for output that is too much to show, made when it is first needed; it stays, since its files are named in cells. */
const outputFolder = (): (() => string) => {
  let folder: string | undefined;
  return () => (folder ??= mkdtempSync(join(tmpdir(), 'fast-by-friday-output-')));
};

const noDebugger: Json = {
  status: 'error',
  ename: 'NotSupported',
  evalue: 'this kernel has no debugger',
  traceback: [],
};

interface Parts {
  readonly out: Out;
  readonly session: Session;
  readonly checker: LazyChecker;
  readonly executor: Executor;
  readonly shells: Shells;
  readonly stdin: Stdin;
}

/** Passes a comm message on to the program. */
const toComm = (
  { session, executor }: Parts,
  track: (kind: CommKind, content: Json) => void,
  request: Request,
): undefined => {
  const kind = request.header.msg_type as CommKind;
  const record = executor.record(request);
  session.adopt(record);
  track(kind, request.content);
  session.send({ kind, cell: record.cell, content: request.content }, request.buffers);
};

const isExecute = ({ header }: Request): boolean => header.msg_type === 'execute_request';
const inOrder = new Set(['execute_request', 'comm_open', 'comm_msg', 'comm_close']);

/** Says busy again for what runs, after something else was answered: front ends show the last status. */
const stillBusy = (out: Out, running: ReadonlySet<Header>): void => {
  for (const header of running) out.publish('status', header, { execution_state: 'busy' });
};

const interruptOf =
  ({ session, executor }: Parts) =>
  (): Json => {
    executor.interrupt();
    session.interrupt();
    return { status: 'ok' };
  };

/** Opens the sockets and serves until shutdown; resolves when the kernel is to end. */
export const serve = async (connection: Connection, folder: string, log: (line: string) => void): Promise<void> => {
  let sockets: Sockets | undefined;
  const out = wayOut(() => {
    if (!sockets) throw new Error('the sockets are not open yet');
    return sockets;
  });
  const comms = createComms();
  const history = createHistory();
  const stdin = createStdin(out);
  const session: Session = createSession({ folder, out, stdin, comms, log, checker: () => checker.get() });
  const checker = createLazyChecker({ folder, log, live: (ask) => session.live(ask) });
  const output = createOutputs(outputFolder());
  const executor = createExecutor({ out, session, checker, history, output });
  let warm = false;
  const warmUp = (): void => {
    if (!warm) setTimeout(() => void checker.start(), 100);
    warm = true;
  };
  const shells = createShells({
    abort: executor.abort,
    run: async (request) => {
      if (isExecute(request)) return executor.execute(request).finally(warmUp);
      await answer(out, request, (comm) => {
        toComm(parts, comms.track, comm);
      });
      return false;
    },
  });
  const parts: Parts = { out, session, checker, executor, shells, stdin };
  let end: () => void = () => undefined;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  const shutdown = (request: Request): Json => {
    setImmediate(end);
    const content = { status: 'ok', restart: flag(request, 'restart', false) };
    out.publish('shutdown_reply', request.header, content);
    return content;
  };
  const answers: Readonly<Record<string, Answer>> = {
    kernel_info_request: () => kernelInfo,
    complete_request: (request) => complete(checker, request),
    inspect_request: (request) => inspect(checker, request),
    is_complete_request: isComplete,
    history_request: ({ content }) => history.reply(content),
    comm_info_request: ({ content }) => comms.info(content),
    interrupt_request: interruptOf(parts),
    shutdown_request: shutdown,
    debug_request: () => noDebugger,
    create_subshell_request: shells.create,
    delete_subshell_request: ({ content }) => shells.delete(content),
    list_subshell_request: shells.list,
  };
  const receive = (channel: Channel, message: Message): void => {
    const request: Request = { ...message, channel };
    const type = message.header.msg_type;
    if (type === 'input_reply') stdin.reply(request);
    else if (inOrder.has(type) && channel === 'shell') {
      if (!shells.push(request)) void answer(out, request, () => shells.delete(message.header));
    } else {
      const known = Object.hasOwn(answers, type) ? answers[type] : undefined;
      if (!known && !type.endsWith('_request')) {
        log(`${channel}: ${type} is not known`);
        return;
      }
      const reply = known ?? (() => ({ status: 'error', ename: 'UnknownRequest', evalue: type, traceback: [] }));
      void answer(out, request, reply).then(() => {
        stillBusy(out, shells.running);
      });
    }
  };
  process.on('SIGINT', interruptOf(parts));
  process.on('SIGTERM', () => {
    end();
  });
  // The user process starts while libzmq is being loaded.
  const { openSockets } = await import('./sockets.ts');
  sockets = await openSockets(connection, receive, log);
  out.publish('status', undefined, { execution_state: 'starting' });
  log(`listening on ${connection.transport}://${connection.ip}`);
  await ending;
  await sockets.flushed();
  checker.close();
  session.close();
  sockets.close();
};
