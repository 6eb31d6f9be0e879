import { join } from 'node:path';
import type { Cell, Compiler } from '../language/language.ts';
import type { ExpressionResult, Outcome, RunMessage } from '../messages.ts';
import { endCaptures, stopCaptures } from './captures.ts';
import { createCell, type RunningCell, started } from './cells.ts';
import { evaluate, evaluateExpressions, interrupted, prepare, type Prepared } from './evaluate.ts';
import { mark, send } from './link.ts';
import { inTurn } from './turns.ts';

interface Run {
  readonly message: RunMessage;
  readonly cell: RunningCell;
  /** Set in a later turn, so that a stop can find the cell before it is compiled. */
  prepared: Prepared | undefined;
  /** False while the types of the cell are being checked. */
  released: boolean;
}

/** The file name under which a cell runs: in the notebook's folder, so that relative imports resolve from there. */
export const filenameOf =
  (folder: string) =>
  ({ name }: Cell): string =>
    join(folder, name);

/** The steps of a cell: compile, run, report. */
const createSteps = (compiler: Compiler, folder: string, runs: Map<number, Run>) => {
  const filename = filenameOf(folder);
  const finish = ({ cell }: Run, outcome: Outcome, expressions: Record<string, ExpressionResult> = {}): void => {
    if (!runs.has(cell.id)) return;
    send({ kind: 'done', cell: cell.id, outcome, expressions, payload: cell.payload, barrier: mark() });
    runs.delete(cell.id);
    endCaptures(cell);
  };
  const prepared = (run: Run): Prepared => {
    const { cell: id, name, source } = run.message;
    return (run.prepared ??= prepare(compiler, { id, name, source }));
  };
  const begin = (run: Run): void => {
    const { message, cell } = run;
    if (!runs.has(cell.id)) return;
    const ready = prepared(run);
    started(cell);
    evaluate(cell, filename(ready.cell), ready, (outcome) => {
      if (outcome.status !== 'ok' || Object.keys(message.expressions).length === 0) finish(run, outcome);
      else {
        evaluateExpressions(cell, compiler, filename, message.expressions, (results) => {
          finish(run, outcome, results);
        });
      }
    });
  };
  return { begin, finish, prepared };
};

/** Runs and stops cells as the front process asks. */
export const createRunner = (compiler: Compiler, folder: string) => {
  const runs = new Map<number, Run>();

  const { begin, finish, prepared } = createSteps(compiler, folder, runs);
  return {
    run: (message: RunMessage): void => {
      const cell = createCell(message.cell, message.name, message.silent);
      const run: Run = { message, cell, prepared: undefined, released: !message.hold };
      runs.set(cell.id, run);
      inTurn<[Run]>(message.hold ? prepared : begin, run);
    },
    go: (cell: number): void => {
      const run = runs.get(cell);
      if (!run) return;
      run.released = true;
      inTurn(begin, run);
    },
    drop: (cell: number): void => {
      runs.delete(cell);
    },
    /**
     * Ends every cell that runs; what remains of it may neither print nor wait. A cell that waits for a capture goes
     * on with the data captured so far, unless its code was aborted (`unwound`). Returns the numbers of the cells that
     * go on.
     */
    interrupt: (release: (cell: RunningCell) => void, unwound: boolean): readonly number[] => {
      const kept: number[] = [];
      for (const run of [...runs.values()].filter(({ released }) => released)) {
        if (!unwound && stopCaptures(run.cell)) {
          kept.push(run.cell.id);
          continue;
        }
        run.cell.stopped = true;
        release(run.cell);
        finish(run, interrupted());
        run.cell.controller.abort();
      }
      return kept;
    },
  };
};
