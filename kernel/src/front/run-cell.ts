import type { Cell, Diagnostic } from '../language/language.ts';
import type { DoneMessage, Failure, RunMessage } from '../messages.ts';
import type { CellRecord } from './cells.ts';
import { diagnosticFailure, diagnosticText } from './diagnostics.ts';
import { stopped } from './endings.ts';
import type { LazyChecker } from './lazy-checker.ts';
import type { Session } from './session.ts';

/** A cell to be run, with the message for the user process. */
export interface ToRun {
  readonly record: CellRecord;
  readonly cell: Cell;
  readonly message: Omit<RunMessage, 'hold'>;
}

/** Runs cells: checks types before a cell runs once the checker is ready; until then shows type errors afterwards. */
export const createCellRunner = (session: Session, checker: LazyChecker) => {
  const checking = new Set<() => void>();
  /** The checker's errors, or 'stopped' when the cell was stopped while it was being checked. */
  const check = (cell: Cell): Promise<readonly Diagnostic[] | 'stopped'> =>
    new Promise((resolve) => {
      const stop = (): void => {
        resolve('stopped');
      };
      checking.add(stop);
      void checker.check(cell).then((found) => {
        checking.delete(stop);
        resolve(found);
      });
    });
  /** The user process compiles the cell while the checker checks its types. */
  const runChecked = async ({ record, cell, message }: ToRun): Promise<DoneMessage | Failure> => {
    const running = session.run(record, { ...message, hold: true });
    const found = await check(cell);
    const errors = found === 'stopped' ? [] : found.filter(({ severity }) => severity === 'error');
    if (found === 'stopped' || errors.length > 0) {
      session.drop(cell.id);
      return found === 'stopped' ? stopped : diagnosticFailure(cell, errors);
    }
    checker.accept(cell);
    session.send({ kind: 'go', cell: cell.id });
    return running;
  };
  const runUnchecked = ({ record, cell, message }: ToRun, wanted: boolean): Promise<DoneMessage> => {
    if (wanted) {
      void checker.check(cell).then((found) => {
        if (found.length > 0) record.output.write('stderr', diagnosticText(cell, found));
      });
    }
    checker.accept(cell);
    return session.run(record, { ...message, hold: false });
  };
  return {
    run: (toRun: ToRun): Promise<DoneMessage | Failure> => {
      const wanted = checker.wants(toRun.cell.source);
      return wanted && checker.ready() ? runChecked(toRun) : runUnchecked(toRun, wanted);
    },
    /** Drops the cells whose types are being checked; the session stops those that run. */
    interrupt: (): void => {
      for (const stop of checking) stop();
      checking.clear();
    },
  };
};

export type CellRunner = ReturnType<typeof createCellRunner>;
