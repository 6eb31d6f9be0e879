import { join } from 'node:path';
import type { Cell, Compiler } from '../language/language.ts';
import type { ExpressionResult, Outcome, RunMessage } from '../messages.ts';
import { createCell, currentCell, type RunningCell, started } from './cells.ts';
import { evaluate, evaluateExpressions, interrupted, prepare, type Prepared } from './evaluate.ts';
import { mark, send } from './link.ts';

interface Run {
  readonly message: RunMessage;
  readonly cell: RunningCell;
  readonly prepared: Prepared;
}

/** The file under which a cell runs: in the notebook's folder, so that relative imports count from there. */
export const filenameOf =
  (folder: string) =>
  ({ name }: Cell): string =>
    join(folder, name);

/** Runs cells as the front process asks, and stops them. */
export const createRunner = (compiler: Compiler, folder: string) => {
  const filename = filenameOf(folder);
  const held = new Map<number, Run>();
  const running = new Map<number, Run>();

  const finish = ({ cell }: Run, outcome: Outcome, expressions: Record<string, ExpressionResult> = {}): void => {
    if (!running.has(cell.id)) return;
    send({ kind: 'done', cell: cell.id, outcome, expressions, payload: cell.payload, barrier: mark() });
    running.delete(cell.id);
  };
  const begin = (run: Run): void => {
    const { message, cell, prepared } = run;
    running.set(cell.id, run);
    started(cell);
    evaluate(cell, filename(prepared.cell), prepared, (outcome) => {
      if (outcome.status !== 'ok' || Object.keys(message.expressions).length === 0) finish(run, outcome);
      else {
        evaluateExpressions(cell, compiler, filename, message.expressions, (results) => {
          finish(run, outcome, results);
        });
      }
    });
  };
  return {
    run: (message: RunMessage): void => {
      const cell = createCell(message.cell, message.name, message.silent);
      const prepared = prepare(compiler, { id: message.cell, name: message.name, source: message.source });
      const run: Run = { message, cell, prepared };
      if (message.hold) held.set(cell.id, run);
      else begin(run);
    },
    go: (cell: number): void => {
      const run = held.get(cell);
      held.delete(cell);
      if (run) begin(run);
    },
    drop: (cell: number): void => {
      held.delete(cell);
    },
    /** Settles every cell that runs; what is left of it is told, and may not print or wait any more. */
    interrupt: (release: (cell: RunningCell) => void): void => {
      for (const run of [...running.values()]) {
        const { cell } = run;
        cell.stopped = true;
        release(cell);
        finish(run, interrupted());
        cell.controller.abort();
      }
    },
    current: currentCell,
  };
};
