import { hostProgram } from '../../host-program.ts';
import type { Program } from '../program.ts';

/** What to trace in an instance. */
export interface FtraceOrder {
  /** 'sched:sched_switch', as in available_events. */
  readonly events: readonly string[];
  /** By event, in the kernel's own words: https://docs.kernel.org/trace/events.html#event-filtering */
  readonly filters: Readonly<Record<string, string>>;
  /** KB of the ring buffer of each CPU. */
  readonly kb: number;
  /** Other files of the instance and what is written to each. */
  readonly settings?: readonly (readonly [file: string, text: string])[];
  /** Events that these settings cause: stacks. */
  readonly caused?: readonly string[];
}

const EVENT = 'event=';

/** What both programs are told. */
const argumentsOf = (
  { events, filters, kb, settings = [], caused = [] }: FtraceOrder,
  pids: readonly number[],
): readonly string[] => [
  `kb=${String(kb)}`,
  ...events.map((event) => EVENT + event),
  ...Object.entries(filters).map(([event, text]) => `filter=${event} ${text}`),
  ...pids.map((pid) => `pid=${String(pid)}`),
  ...settings.map(([file, text]) => `set=${file} ${text}`),
  ...caused.map((event) => `format=${event}`),
];

/** Events of the kernel as binary pages: read by readFtrace(). `typed`: the commands that do the same by hand. */
export const ftraceProgram = (order: FtraceOrder, pids: readonly number[], typed: string): Program => ({
  tool: 'Ftrace',
  argv: ['perl', '-e', hostProgram('src/lib/sources/ftrace/record.pl'), ...argumentsOf(order, pids)],
  typed,
  stop: 'TERM',
  grace: 10,
});

/** The same as text, which the kernel prints, for hosts without perl: read by readTextCapture(). */
export const ftraceTextProgram = (order: FtraceOrder, pids: readonly number[], typed: string): Program => ({
  tool: 'Ftrace',
  argv: ['sh', '-c', hostProgram('src/lib/sources/ftrace/record.sh'), 'record', ...argumentsOf(order, pids)],
  typed,
  stop: 'TERM',
  grace: 15,
});

/** Whether it is a program of ftraceTextProgram(). */
export const printsText = ({ argv }: Pick<Program, 'argv'>): boolean => argv[0] === 'sh';

/** The events that a program traces. */
export const eventsOf = ({ argv }: Pick<Program, 'argv'>): readonly string[] =>
  argv.flatMap((word) => (word.startsWith(EVENT) ? [word.slice(EVENT.length)] : []));
