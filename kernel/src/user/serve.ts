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
import { failureOf, prepareStackTrace } from './traceback.ts';
import { imported } from './tslab.ts';
import { taken, watch } from './watch.ts';

/** Exceptions that nobody caught are shown under the cell that caused them, however late; the process lives on. */
const surviveErrors = (): void => {
  const late = (error: unknown): void => {
    const cell = currentCell();
    if (cell.stopped || error instanceof Interrupted) return;
    send({ kind: 'late', cell: cell.id, failure: failureOf(error) });
  };
  process.on('uncaughtException', late);
  process.on('unhandledRejection', late);
};

/** process.exit() ends at once: the thread that watches for stops blocks, and Node would wait for it. */
const announceExit = (): void => {
  process.exit = (code): never => {
    const status = Number(code ?? process.exitCode ?? 0);
    process.exitCode = status;
    process.emit('exit', status);
    send({ kind: 'exit', cell: currentCell().id, code: status });
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  };
};

type Runner = ReturnType<typeof createRunner>;

const interrupt = (runner: Runner, serial: number): void => {
  taken(serial);
  runner.interrupt((cell) => {
    clearTimers(cell);
    stopChildren(cell, isDetached);
  });
  send({ kind: 'interrupted', serial });
};

const dispatch = (runner: Runner, message: ToUser, buffers: readonly Buffer[]): void => {
  switch (message.kind) {
    case 'run':
      watch();
      {
        runner.run(message);
        return;
      }
    case 'go': {
      runner.go(message.cell);
      return;
    }
    case 'drop': {
      runner.drop(message.cell);
      return;
    }
    case 'interrupt': {
      interrupt(runner, message.serial);
      return;
    }
    case 'input': {
      answered(message.ask, message.value);
      return;
    }
    case 'live':
      return void liveNames(message.of, message.prefix).then((values) => {
        send({ kind: 'live', ask: message.ask, values });
      });
    default: {
      receiveComm(createCell(message.cell, 'comm', false), message.kind, message.content, buffers);
      return;
    }
  }
};

/** Prepares the process and runs cells until the front process goes away. */
export const serve = (folder: string): void => {
  Error.prepareStackTrace = prepareStackTrace as typeof Error.prepareStackTrace;
  Error.stackTraceLimit = 30;
  started(createCell(0, 'kernel', false));
  adoptStreams();
  adoptTimers();
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
};
