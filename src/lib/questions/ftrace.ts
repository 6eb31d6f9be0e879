import { valueAt, type Table } from '../columns/column.ts';
import { takeRows } from '../columns/take.ts';
import { eventColumns } from '../sources/ftrace/event-columns.ts';
import { ftraceProgram, ftraceTextProgram, printsText, type FtraceOrder } from '../sources/ftrace/program.ts';
import { readFtraceFile, type Ftrace } from '../sources/ftrace/read.ts';
import { readTextCaptureFile } from '../sources/ftrace/text/capture.ts';
import { targetPids } from '../sources/program.ts';
import { ftraceLacks, ftraceMemory, ftraceTextLacks } from './needs.ts';
import { defineProgramQuestion, type Question } from './question.ts';
import type { Captured, Decoded, Way } from './way.ts';

/** What is asked of Ftrace: an instance, and one of its events. */
export interface FtraceAsked {
  readonly order: FtraceOrder;
  readonly event: string;
  /** The instance's settings as one would type them, for these processes. */
  readonly typed: (order: FtraceOrder, pids: readonly number[], as: 'pages' | 'text') => string;
  /** Reads a capture; all events of one share what it gives. */
  readonly read: (captured: Captured) => Promise<Ftrace>;
}

/** Its name in a recording. */
export const FTRACE = 'ftrace';

/** CPU seconds per event on the traced task, as measured on a loop of system calls. */
const COST = 0.35e-6;

/** The events of a capture, with seconds since the recording's start. */
export const readCapture = async ({ program, output, start }: Captured): Promise<Ftrace> =>
  printsText(program) ? readTextCaptureFile(output, { origin: start }) : readFtraceFile(output, { origin: start });

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

/** What both ways have. */
const shared = ({ event, order, read }: FtraceAsked) => ({
  tool: 'Ftrace',
  grain: 'events' as const,
  sources: [],
  memory: ftraceMemory(order.kb),
  read: async (captured: Captured) => decoded(await read(captured), event, captured.end),
});

const pagesWay = (asked: FtraceAsked): Way => ({
  ...shared(asked),
  cannotSee: [],
  lacks: ftraceLacks,
  program: ({ target }) => {
    const pids = targetPids(target);
    return ftraceProgram(asked.order, pids, asked.typed(asked.order, pids, 'pages'));
  },
  made: (program) => !printsText(program),
});

const AS_TEXT = [
  'times below a microsecond: perl is not installed on the host, so the kernel prints the events as text, which costs it about 35 times the CPU of binary pages and loses events earlier',
  'text as it is: a line break in the name of a thread or a file begins a line, which may look like an event; before Linux 6.4 fields have the names and the form in which their event prints them',
];

/** The kernel prints each event: for hosts without perl. */
const textWay = (asked: FtraceAsked): Way => ({
  ...shared(asked),
  cannotSee: AS_TEXT,
  costs: 'the kernel prints each event as text: about 35 times the CPU of binary pages',
  lacks: ftraceTextLacks,
  program: ({ target }) => {
    const pids = targetPids(target);
    return ftraceTextProgram(asked.order, pids, asked.typed(asked.order, pids, 'text'));
  },
  made: printsText,
});

/** What host.ftrace() asks: it is none of the list of questions, since its columns are those of the event. */
export const ftraceQuestion = (asked: FtraceAsked): Question => ({
  ...defineProgramQuestion({
    name: FTRACE,
    aliases: [],
    doc: 'Which events does the kernel report? Each event of Ftrace with its fields.',
    columns: eventColumns,
    ways: [pagesWay(asked), textWay(asked)],
  }),
  openColumns: true,
});
