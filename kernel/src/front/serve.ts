import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommKind } from '../messages.ts';
import { createComms } from './comms.ts';
import { createExecutor, type Executor } from './execute.ts';
import { createHistory } from './history.ts';
import { kernelInfo } from './kernel-info.ts';
import { complete, inspect, isComplete } from './language-requests.ts';
import { createLazyChecker } from './lazy-checker.ts';
import { createOutputs } from './output.ts';
import { answer, flag, type Out, type Request } from './requests.ts';
import { createSession, type Session } from './session.ts';
import { createShells, type Shells } from './shells.ts';
import type { Channel, Connection, Sockets } from './sockets.ts';
import { createStdin } from './stdin.ts';
import type { Header, Json, Message } from './wire.ts';

type Answers = Readonly<Record<string, (request: Request) => Json | Promise<Json>>>;

/** Milliseconds after the first cell until the checker starts, so that it does not compete with the cell for CPU. */
const WARM_UP = 100;

const makeFolder = (): string => {
  try {
    return mkdtempSync(join(tmpdir(), 'fast-by-friday-output-'));
  } catch {
    return tmpdir(); // Disk full or folder missing: writing the file fails too, and the cell shows that error.
  }
};

/** A folder for output that is too long to show, made when first needed; it stays, since cells name its files. */
const outputFolder = (): (() => string) => {
  let folder: string | undefined;
  return () => (folder ??= makeFolder());
};

const noDebugger: Json = {
  status: 'error',
  ename: 'NotSupported',
  evalue: 'this kernel has no debugger',
  traceback: [],
};

const inOrder = new Set(['execute_request', 'comm_open', 'comm_msg', 'comm_close']);

/** Builds everything except the sockets. */
const assemble = (out: Out, folder: string, log: (line: string) => void) => {
  const comms = createComms();
  const history = createHistory();
  const stdin = createStdin(out);
  const session: Session = createSession({ folder, out, stdin, comms, log, checker: () => checker.get() });
  const checker = createLazyChecker({ folder, log, live: (ask) => session.live(ask) });
  const executor = createExecutor({ out, session, checker, history, output: createOutputs(outputFolder()) });
  return { out, comms, history, stdin, session, checker, executor };
};

type Parts = ReturnType<typeof assemble>;

/** Passes a comm message on to the user process. */
const toComm = ({ session, executor, comms }: Parts, request: Request): undefined => {
  const kind = request.header.msg_type as CommKind;
  const record = executor.record(request);
  session.adopt(record);
  comms.track(kind, request.content);
  session.send({ kind, cell: record.cell, content: request.content }, request.buffers);
};

/** The requests that run one after the other, on the main shell and on each subshell. */
const createLines = (parts: Parts): Shells => {
  const { executor, out, checker } = parts;
  let warm = false;
  const warmUp = (): void => {
    if (!warm) setTimeout(() => void checker.start(), WARM_UP);
    warm = true;
  };
  return createShells({
    abort: executor.abort,
    run: async (request) => {
      if (request.header.msg_type === 'execute_request') return executor.execute(request).finally(warmUp);
      await answer(out, request, (comm) => {
        toComm(parts, comm);
      });
      return false;
    },
  });
};

const interruptAll = (executor: Executor, session: Session): Json => {
  executor.interrupt();
  session.interrupt();
  return { status: 'ok' };
};

/** The requests that are answered at once, whatever runs. */
const createAnswers = (
  { out, comms, history, session, checker, executor }: Parts,
  shells: Shells,
  end: () => void,
): Answers => ({
  kernel_info_request: () => kernelInfo,
  complete_request: (request) => complete(checker, request),
  inspect_request: (request) => inspect(checker, request),
  is_complete_request: isComplete,
  history_request: ({ content }) => history.reply(content),
  comm_info_request: ({ content }) => comms.info(content),
  interrupt_request: () => interruptAll(executor, session),
  debug_request: () => noDebugger,
  create_subshell_request: () => shells.create(),
  delete_subshell_request: ({ content }) => shells.delete(content),
  list_subshell_request: () => shells.list(),
  shutdown_request: (request) => {
    setImmediate(end);
    const content = { status: 'ok', restart: flag(request, 'restart', false) };
    out.publish('shutdown_reply', request.header, content);
    return content;
  },
});

/** Publishes `busy` again for what runs after something else was answered: front ends show the last status. */
const stillBusy = (out: Out, running: ReadonlySet<Header>): void => {
  for (const header of running) out.publish('status', header, { execution_state: 'busy' });
};

const createReceiver = ({ out, stdin }: Parts, shells: Shells, answers: Answers, log: (line: string) => void) => {
  const unknown = ({ header }: Request): Json => ({
    status: 'error',
    ename: 'UnknownRequest',
    evalue: header.msg_type,
    traceback: [],
  });
  return (channel: Channel, message: Message): void => {
    const request: Request = { ...message, channel };
    const type = message.header.msg_type;
    if (type === 'input_reply') stdin.reply(request);
    else if (inOrder.has(type) && channel === 'shell') {
      if (!shells.push(request)) void answer(out, request, () => shells.delete(message.header));
    } else if (type.endsWith('_request')) {
      const reply = Object.hasOwn(answers, type) ? answers[type] : undefined;
      void answer(out, request, reply ?? unknown).then(() => {
        stillBusy(out, shells.running);
      });
    } else log(`${channel}: ${type} is not known`);
  };
};

/** Opens the sockets and serves until shutdown; resolves when the kernel is to exit. */
export const serve = async (connection: Connection, folder: string, log: (line: string) => void): Promise<void> => {
  const opened: { sockets?: Sockets } = {};
  const out: Out = {
    publish: (type, parent, content, more) => opened.sockets?.publish({ type, parent, content, ...more }),
    send: (request, type, content) =>
      opened.sockets?.send(request.channel, request.ids, { type, parent: request.header, content }),
  };
  const parts = assemble(out, folder, log);
  const shells = createLines(parts);
  const { promise: ending, resolve: end } = Promise.withResolvers<undefined>();
  const finish = (): void => {
    end(undefined);
  };
  const receive = createReceiver(parts, shells, createAnswers(parts, shells, finish), log);
  process.on('SIGINT', () => interruptAll(parts.executor, parts.session));
  process.on('SIGTERM', finish);
  process.on('uncaughtException', (error) => {
    log(`front: ${error.stack ?? error.message}`);
  });
  // The user process starts while libzmq is being loaded.
  const { openSockets } = await import('./sockets.ts');
  const sockets = await openSockets(connection, receive, log);
  opened.sockets = sockets;
  out.publish('status', undefined, { execution_state: 'starting' });
  log(`listening on ${connection.transport}://${connection.ip}`);
  await ending;
  await sockets.flushed();
  parts.checker.close();
  parts.session.close();
  sockets.close();
};
