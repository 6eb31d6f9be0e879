import { blocks, newEnd, recordSize, type End } from '../src/lib/sources/perf-data/blocks.ts';
import type { Bytes } from '../src/lib/bytes/bytes.ts';
import { readEvent, type Event } from '../src/lib/sources/perf-data/events.ts';
import { readHeader, type Header } from '../src/lib/sources/perf-data/header.ts';
import { startSession, type Session } from '../src/lib/sources/perf-data/session.ts';

/** A perf.data file, record by record. */
export interface Walk {
  readonly header: Header;
  readonly session: Session;
  /** Every record in file order, with compressed records replaced by their contents. */
  readonly events: AsyncGenerator<Event>;
  /** After the last record: whether and why the file ended early. */
  readonly end: End;
}

async function* eventsOf(bytes: Bytes, session: Session, end: End): AsyncGenerator<Event> {
  const { header } = session;
  for await (const block of blocks(bytes, header, end)) {
    const { view, to } = block;
    for (let at = block.from; at < to; at += recordSize(view, at, header.little)) {
      session.learn(view, at);
      yield readEvent(session, view, at);
    }
    block.release();
  }
}

/** Walks a perf.data file. Throws FridayError('input') if it is not perf.data. */
export const walkEvents = (bytes: Bytes): Walk => {
  const header = readHeader(bytes);
  const session = startSession(header);
  const end = newEnd();
  return { header, session, end, events: eventsOf(bytes, session, end) };
};
