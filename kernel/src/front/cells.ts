import type { DoneMessage, Failure } from '../messages.ts';
import { stopped } from './endings.ts';
import type { CellOutput } from './output.ts';
import type { Request } from './requests.ts';

/** A cell that runs or ran: its request is the parent of everything that it says, however late. */
export interface CellRecord {
  readonly cell: number;
  readonly request: Request;
  readonly output: CellOutput;
}

/** How many cells that are done can still say something under their own name. */
const REMEMBERED = 10_000;

/** The end of a cell that cannot say it itself. */
const ended = (cell: number, failure: Failure): DoneMessage => ({
  kind: 'done',
  cell,
  outcome: { status: 'error', ...failure },
  expressions: {},
  payload: [],
  barrier: 0,
});

/** The cells that are known, and those whose end is waited for. */
export const createCells = () => {
  const known = new Map<number, CellRecord>();
  const waiting = new Map<number, (message: DoneMessage) => void>();
  /** Cells that were told to stop, by the interrupt that told them. */
  const stopping = new Map<number, number>();
  let current: CellRecord | undefined;
  /** A cell that fails after it was told to stop, e.g. because its child was, was stopped. */
  const settle = (message: DoneMessage): void => {
    const done = waiting.get(message.cell);
    const wasStopped = stopping.delete(message.cell) && message.outcome.status === 'error';
    waiting.delete(message.cell);
    done?.(wasStopped ? { ...message, outcome: { status: 'error', ...stopped } } : message);
  };
  const adopt = (record: CellRecord): void => {
    known.set(record.cell, record);
    const oldest = known.size > REMEMBERED ? known.keys().next().value : undefined;
    if (oldest !== undefined && !waiting.has(oldest)) known.delete(oldest);
  };
  return {
    adopt,
    settle,
    /** The cell that started last: what has no other owner is its. */
    current: (): CellRecord | undefined => current,
    /** The cell itself, or the one that started last when its own is forgotten. */
    find: (cell: number): CellRecord | undefined => known.get(cell) ?? current,
    begin: (record: CellRecord): Promise<DoneMessage> =>
      new Promise((done) => {
        adopt(record);
        current = record;
        waiting.set(record.cell, done);
      }),
    /** Everything that runs now is told to stop by this interrupt. */
    stop: (serial: number): void => {
      for (const cell of waiting.keys()) stopping.set(cell, serial);
    },
    /** The interrupt was dealt with: a cell that is not kept and has not answered never will, its message was lost. */
    stopped: (serial: number, kept: readonly number[]): void => {
      for (const cell of kept) stopping.delete(cell);
      for (const [cell, by] of [...stopping]) {
        if (by <= serial) settle(ended(cell, stopped));
      }
    },
    /** Nobody waits for its end any more. */
    drop: (cell: number): void => void waiting.delete(cell),
    /** The process is gone: every cell that ran in it ends with the reason. */
    fail: (failure: Failure): void => {
      stopping.clear();
      for (const cell of [...waiting.keys()]) settle(ended(cell, failure));
    },
  };
};
