import { FridayError } from '../../errors.ts';
import { bytesOfStream } from '../../bytes/bytes.ts';
import { unpack } from '../../bytes/unpack.ts';
import { sampleColumns } from '../../stacks/profile.ts';
import type { FileDecoder } from '../source.ts';
import type { TracepointTable } from './trace-plan.ts';

const { t, cpu, pid, tid, comm } = sampleColumns;

const listed = (events: readonly TracepointTable[]): string =>
  events.map(({ event, table }) => `${event} (${table.size} rows)`).join(', ');

/** The table that was asked for, or the longest one; throws kind 'usage' with a list of the events. */
const chosen = (events: readonly TracepointTable[], wanted: string | undefined): TracepointTable | undefined => {
  if (wanted === undefined) return events.toSorted((a, b) => b.table.size - a.table.size)[0];
  const found = events.find(({ event }) => event === wanted);
  if (found !== undefined) return found;
  throw new FridayError('usage', `perf.tracepoints: expected an event of the file, got ${JSON.stringify(wanted)}`, {
    next: events.length === 0 ? 'The file has no tracepoints with a known format.' : `Events: ${listed(events)}.`,
  });
};

/** The fields of one tracepoint of a perf.data file, a column each, one row per event. */
export const perfTracepoints: FileDecoder = {
  name: 'perf.tracepoints',
  doc: 'One tracepoint of a perf.data file (--event NAME, else the one with most rows): its fields follow these columns.',
  from: 'https://docs.kernel.org/trace/events.html#event-formats',
  columns: { t, cpu, pid, tid, comm },
  async decode(source, { event } = {}) {
    const { readTracepoints } = await import('./tracepoints.ts');
    const bytes = await bytesOfStream(await unpack(source));
    try {
      const { events, warnings } = await readTracepoints(bytes);
      const one = chosen(events, event);
      const others = events.filter((each) => each !== one);
      const more =
        event === undefined && others.length > 0
          ? [`the file also has ${listed(others)}: choose with --event NAME`]
          : [];
      return {
        table: one?.table ?? { size: 0, data: {}, docs: {} },
        warnings: [...warnings, ...more].map((say) => ({ say })),
      };
    } finally {
      bytes.close();
    }
  },
};
