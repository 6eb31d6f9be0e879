import { bytesOfStream } from '../../bytes/bytes.ts';
import { unpack } from '../../bytes/unpack.ts';
import { chosenEvent } from '../formats/trace-events.ts';
import type { FileDecoder } from '../source.ts';
import { eventColumns } from './event-columns.ts';

/** The events of one kind of a capture of Ftrace's pages, a column for each field, one row per event. */
export const ftrace: FileDecoder = {
  name: 'ftrace',
  doc: 'One event of what host.ftrace() recorded, programs/ftrace/output of a recording (--event NAME, else the one with most rows): its fields follow these columns.',
  from: 'https://docs.kernel.org/trace/ring-buffer-design.html',
  columns: eventColumns,
  async decode(source, { event } = {}) {
    const { readFtrace } = await import('./read.ts');
    const { isTextCapture, readTextCapture } = await import('./text/capture.ts');
    const bytes = await bytesOfStream(await unpack(source));
    try {
      const isText = isTextCapture(bytes);
      const { events, lost, warnings } = isText ? await readTextCapture(bytes) : readFtrace(bytes);
      const { table, more } = chosenEvent('ftrace', events, event);
      const losses = lost.map(({ cpu, events: count }) => `CPU ${String(cpu)} lost ${String(count)} events`);
      return { table, warnings: [...warnings, ...losses, ...more].map((say) => ({ say })) };
    } finally {
      bytes.close();
    }
  },
};
