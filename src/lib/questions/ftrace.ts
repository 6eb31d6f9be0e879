import { valueAt, type Table } from '../columns/column.ts';
import { takeRows } from '../columns/take.ts';
import { eventColumns } from '../sources/ftrace/event-columns.ts';
import { ftraceProgram, type FtraceOrder } from '../sources/ftrace/program.ts';
import { readFtraceFile, type Ftrace } from '../sources/ftrace/read.ts';
import { ftraceLacks, ftraceMemory } from './needs.ts';
import { defineProgramQuestion, type Question } from './question.ts';
import type { Captured, Decoded, Way } from './way.ts';

/** What is asked of Ftrace: an instance, and one of its events. */
export interface FtraceAsked {
  readonly order: FtraceOrder;
  readonly event: string;
  /** The instance's settings as one would type them, for these processes. */
  readonly typed: (order: FtraceOrder, pids: readonly number[]) => string;
  /** Reads a capture; all events of one share what it gives. */
  readonly read: (captured: Captured) => Ftrace;
}

/** Its name in a recording. */
export const FTRACE = 'ftrace';

/** CPU seconds per event on the traced task, as measured on a loop of system calls. */
const COST = 0.35e-6;

/** The events of a capture, with seconds since the recording's start. */
export const readCapture = ({ output, start }: Captured): Ftrace => readFtraceFile(output, { origin: start });

/** The first row, of a table in order of time, from `time` on. */
const firstFrom = ({ data, size }: Table, time: number): number => {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const t = data['t'] === undefined ? 0 : Number(valueAt(data['t'], middle));
    if (t < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The rows within the window: the instance begins before it and ends after it. */
const within = (table: Table, end: number): Table => {
  const from = firstFrom(table, 0);
  const to = firstFrom(table, end);
  return to - from === table.size
    ? table
    : takeRows(
        table,
        Uint32Array.from({ length: to - from }, (_, i) => from + i),
      );
};

const decoded = ({ events, lost, warnings }: Ftrace, event: string, end: number): Decoded => {
  const found = events.find((each) => each.event === event)?.table ?? { size: 0, data: {}, docs: eventColumns };
  const table = within(found, end);
  const losses = lost.map(({ cpu, events: count }) => `${String(count)} events of CPU ${String(cpu)}, of any of the traced kinds: its buffer was full (buffer: '64MB', a filter or a target help)`); // prettier-ignore
  return {
    table,
    cannotSee: [...losses, ...warnings],
    lost: lost.reduce((sum, { events: count }) => sum + count, 0),
    added: table.size * COST,
  };
};

const wayOf = ({ order, event, typed, read }: FtraceAsked): Way => ({
  tool: 'Ftrace',
  grain: 'events',
  cannotSee: [],
  sources: [],
  memory: ftraceMemory(order.kb),
  lacks: ftraceLacks,
  program: ({ target }) => {
    const pids = target !== undefined && 'pids' in target ? target.pids : [];
    return ftraceProgram(order, pids, typed(order, pids));
  },
  read: (captured) => Promise.resolve(decoded(read(captured), event, captured.end)),
});

/** What host.ftrace() asks: it is none of the list of questions, since its columns are those of the event. */
export const ftraceQuestion = (asked: FtraceAsked): Question => ({
  ...defineProgramQuestion({
    name: FTRACE,
    aliases: [],
    doc: 'Which events does the kernel report? Each event of Ftrace with its fields.',
    columns: eventColumns,
    ways: [wayOf(asked)],
  }),
  openColumns: true,
});
