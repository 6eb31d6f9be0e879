import { bytesOfStream } from '../../bytes/bytes.ts';
import { unpack } from '../../bytes/unpack.ts';
import { sampleColumns } from '../../stacks/profile.ts';
import { chosenEvent } from '../formats/trace-events.ts';
import type { FileDecoder } from '../source.ts';

const { t, cpu, pid, tid, comm } = sampleColumns;

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
      const { table, more } = chosenEvent('perf.tracepoints', events, event);
      return { table, warnings: [...warnings, ...more].map((say) => ({ say })) };
    } finally {
      bytes.close();
    }
  },
};
