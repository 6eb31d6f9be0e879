import { unpack } from '../../../bytes/unpack.ts';
import { chosenEvent } from '../../formats/trace-events.ts';
import type { FileDecoder } from '../../source.ts';
import { eventColumns } from '../event-columns.ts';

const DOC = `Ftrace's text: trace and trace_pipe of tracefs, and trace-cmd report. One event (--event NAME, else the one with most rows): what it prints as name=value follows these columns, numbers as numbers, 0x and decimal. Read as printed: hexadecimal without 0x can look like a decimal number, and a line break in a text begins a line of its own, which may look like an event. Where a text holds name=value itself, the names of most lines decide.`; // prettier-ignore

/** The name of an event is printed without its system: 'sched:sched_switch' is 'sched_switch'. */
const printedName = (event: string | undefined): string | undefined => event?.slice(event.indexOf(':') + 1);

/** The events of one kind of a text of Ftrace, a column for each value that it names, one row per event. */
export const ftraceText: FileDecoder = {
  name: 'ftrace-text',
  doc: DOC,
  from: 'https://docs.kernel.org/trace/ftrace.html',
  columns: eventColumns,
  async decode(source, { event } = {}) {
    const { readFtraceText } = await import('./read-text.ts');
    const { events, lost, warnings } = await readFtraceText(await unpack(source));
    const { table, more } = chosenEvent('ftrace-text', events, printedName(event));
    const losses = lost.map(({ cpu, events: count }) => `CPU ${String(cpu)} lost ${String(count)} events`);
    return { table, warnings: [...losses, ...warnings, ...more].map((say) => ({ say })) };
  },
};
