import type { Cell, Diagnostic } from '../language/language.ts';
import type { DoneMessage, Failure, RunMessage } from '../messages.ts';
import type { CellRecord } from './cells.ts';
import { diagnosticFailure, diagnosticText } from './diagnostics.ts';
import { stopped } from './endings.ts';
import type { LazyChecker } from './lazy-checker.ts';
import type { Session } from './session.ts';

/** A cell as it is to be run, with what the user process is told. */
export interface ToRun {
  readonly record: CellRecord;
  readonly cell: Cell;
  readonly message: Omit<RunMessage, 'hold'>;
}

/** Runs cells with their types checked first, once the checker answers quickly; before that, what is wrong follows. */
export const createCellRunner = (session: Session, checker: LazyChecker) => {
  const checking = new Set<() => void>();
  /** The checker's errors, or 'stopped' when the cell was stopped while it was at it. */
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
  /** The user process compiles the cell while its types are being checked. */
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
    /** Takes back the cells that wait for their types; those that run are stopped by the session. */
    interrupt: (): void => {
      for (const stop of checking) stop();
      checking.clear();
    },
  };
};

export type CellRunner = ReturnType<typeof createCellRunner>;
