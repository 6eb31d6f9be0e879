import { flushCompileCache } from 'node:module';
import { createCompiler } from '../language/compiler.ts';
import type { ToUser } from '../messages.ts';
import { createCell, currentCell, Interrupted, started } from './cells.ts';
import { adoptChildren, stopChildren } from './children.ts';
import { receiveComm } from './comms.ts';
import { answered, liveNames, offerContract } from './contract.ts';
import { listen, send } from './link.ts';
import { adoptStreams } from './print.ts';
import { createRunner, filenameOf } from './run.ts';
import { isDetached } from './session-of.ts';
import { adoptTimers, clearTimers } from './timers.ts';
import { inTurn, resumeTurns } from './turns.ts';
import { failureOf, prepareStackTrace } from './traceback.ts';
import { imported } from './tslab.ts';
import { adoptTicks, deal, watch } from './watch.ts';

/** An uncaught exception is shown under the cell that caused it, however late; the process keeps running. */
const surviveErrors = (): void => {
  const late = (error: unknown): void => {
    const cell = currentCell();
    if (cell.stopped || error instanceof Interrupted) return;
    send({ kind: 'late', cell: cell.id, failure: failureOf(error) });
  };
  process.on('uncaughtException', late);
  process.on('unhandledRejection', late);
};

const announceExit = (): void => {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    send({ kind: 'exit', cell: currentCell().id, code: Number(code ?? process.exitCode ?? 0) });
    return exit(code);
  };
};

type Runner = ReturnType<typeof createRunner>;

/** Node's own setTimeout, taken before `adoptTimers` replaces it. */
const later = setTimeout;

const interrupt = (runner: Runner, serial: number): void => {
  const dealt = deal(serial, (unwound) => {
    const kept = runner.interrupt((cell) => {
      clearTimers(cell);
      stopChildren(cell, isDetached);
    }, unwound);
    resumeTurns();
    send({ kind: 'interrupted', serial, kept });
  });
  if (!dealt) later(interrupt, 1, runner, serial);
};

const answerLive = async (ask: number, of: string, prefix: string): Promise<void> => {
  send({ kind: 'live', ask, values: await liveNames(of, prefix) });
};

const dispatch = (runner: Runner, message: ToUser, buffers: readonly Buffer[]): void => {
  if (message.kind === 'run') {
    watch();
    runner.run(message);
  } else if (message.kind === 'go') runner.go(message.cell);
  else if (message.kind === 'drop') runner.drop(message.cell);
  else if (message.kind === 'interrupt') interrupt(runner, message.serial);
  else if (message.kind === 'input') answered(message.ask, message.value);
  else if (message.kind === 'live') void answerLive(message.ask, message.of, message.prefix);
  else {
    const { cell, kind, content } = message as Extract<ToUser, { readonly content: unknown }>;
    inTurn(receiveComm, createCell(cell, 'comm', false), kind, content, buffers);
  }
};

/** Prepares the process, and runs cells until the front process exits. */
export const serve = (folder: string): void => {
  Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
  Error.stackTraceLimit = 30;
  started(createCell(0, 'kernel', false));
  adoptStreams();
  adoptTimers();
  adoptTicks();
  adoptChildren();
  offerContract();
  surviveErrors();
  announceExit();
  process.on('SIGINT', () => undefined);
  const compiler = createCompiler({ folder, filename: filenameOf(folder), imported: imported(folder) });
  const runner = createRunner(compiler, folder);
  listen((message, buffers) => {
    dispatch(runner, message, buffers);
  });
  send({ kind: 'ready' });
  // A signal always ends this process, which would lose the compile cache of its modules.
  later(flushCompileCache, 2000).unref();
};
