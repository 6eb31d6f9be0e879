import type { DoneMessage, Failure } from '../messages.ts';
import { stopped } from './endings.ts';
import type { CellOutput } from './output.ts';
import type { Request } from './requests.ts';

/** A cell that runs or ran. Its request is the parent message of everything that the cell prints, however late. */
export interface CellRecord {
  readonly cell: number;
  readonly request: Request;
  readonly output: CellOutput;
}

/** How many finished cells are remembered, so that their late output still appears under them. */
const REMEMBERED = 10_000;

/** The `done` message for a cell whose process can no longer send it. */
const ended = (cell: number, failure: Failure): DoneMessage => ({
  kind: 'done',
  cell,
  outcome: { status: 'error', ...failure },
  expressions: {},
  payload: [],
  barrier: 0,
});

/** Keeps the cells whose output may still arrive, and the promises of those that have not ended. */
export const createCells = () => {
  const known = new Map<number, CellRecord>();
  const waiting = new Map<number, (message: DoneMessage) => void>();
  /** Cells that were told to stop, each with the serial number of the interrupt. */
  const stopping = new Map<number, number>();
  let current: CellRecord | undefined;
  /** A cell that fails after an interrupt (e.g. since its child was killed) counts as stopped. */
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
    /** The cell that started last: it owns output that no other cell owns. */
    current: (): CellRecord | undefined => current,
    /** The cell with this number, or the one that started last when this one is forgotten. */
    find: (cell: number): CellRecord | undefined => known.get(cell) ?? current,
    begin: (record: CellRecord): Promise<DoneMessage> =>
      new Promise((done) => {
        adopt(record);
        current = record;
        waiting.set(record.cell, done);
      }),
    /** Marks every cell that runs now as told to stop by this interrupt. */
    stop: (serial: number): void => {
      for (const cell of waiting.keys()) stopping.set(cell, serial);
    },
    /** The interrupt was handled: a cell that does not go on (`kept`) and has not replied lost its reply, and ends here. */
    stopped: (serial: number, kept: readonly number[]): void => {
      for (const cell of kept) stopping.delete(cell);
      for (const [cell, by] of [...stopping]) {
        if (by <= serial) settle(ended(cell, stopped));
      }
    },
    /** Stops waiting for the end of this cell. */
    drop: (cell: number): void => void waiting.delete(cell),
    /** The user process died: every cell that ran in it ends with this failure. */
    fail: (failure: Failure): void => {
      stopping.clear();
      for (const cell of [...waiting.keys()]) settle(ended(cell, failure));
    },
  };
};
