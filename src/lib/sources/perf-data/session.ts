import type { Attr, Big } from './attr.ts';
import { readAttr, samples } from './attr.ts';
import { cursorOf } from './cursor.ts';
import { FEATURE, RECORD, SAMPLE } from './format.ts';
import { readBuildId, readFeature, type BuildId } from './features.ts';
import type { EventAttr, Header } from './header.ts';
import { nameOfEvent } from './event-name.ts';

/** Finds the event of a record. It grows while a pipe's records are read, because they include the header. */
export interface Session {
  readonly header: Header;
  readonly events: readonly EventAttr[];
  readonly buildIds: BuildId[];
  /** Index into `events`. */
  of(id: Big): number | undefined;
  /** Offset of the id in a SAMPLE record, and from the end of others; -1 if the file has only one kind of event. */
  readonly idAt: number;
  readonly idFromEnd: number;
  /** Handles a pipe-mode or header record; true if the record was one. */
  learn(view: DataView, at: number): boolean;
  /** The event's name as perf prints it. */
  name(event: number): string;
}

const idPlace = (attr: Attr | undefined): { idAt: number; idFromEnd: number } => {
  if (attr === undefined) return { idAt: -1, idFromEnd: -1 };
  const has = (bit: (typeof SAMPLE)[keyof typeof SAMPLE]): boolean => samples(attr.sampleType, bit);
  const count = (...bits: (typeof SAMPLE)[keyof typeof SAMPLE][]): number => bits.filter((bit) => has(bit)).length;
  if (has(SAMPLE.IDENTIFIER)) return { idAt: 8, idFromEnd: 8 };
  if (!has(SAMPLE.ID)) return { idAt: -1, idFromEnd: -1 };
  return {
    idAt: 8 + 8 * count(SAMPLE.IP, SAMPLE.TID, SAMPLE.TIME, SAMPLE.ADDR),
    idFromEnd: 8 * count(SAMPLE.ID, SAMPLE.STREAM_ID, SAMPLE.CPU),
  };
};

/** What the records of a pipe say about the file itself. */
const learnHeader = (session: {
  header: Header;
  buildIds: BuildId[];
  add: (event: EventAttr) => void;
  of: Session['of'];
}) => {
  const { header } = session;
  const { little } = header;
  return (view: DataView, at: number): boolean => {
    const type = view.getUint32(at, little);
    const misc = view.getUint16(at + 4, little);
    const end = at + view.getUint16(at + 6, little);
    const cursor = cursorOf(view, little, at + 8, end);
    try {
      if (type === RECORD.HEADER_ATTR) {
        const said = end - at >= 16 ? view.getUint32(at + 12, little) : 0;
        const size = Math.min(said === 0 ? 64 : said, end - at - 8);
        const attr = readAttr(view, at + 8, size, little);
        cursor.skip(size);
        const ids: Big[] = [];
        while (cursor.left >= 8) ids.push(cursor.big());
        session.add({ attr, ids, name: undefined });
      } else if (type === RECORD.HEADER_FEATURE) {
        const feature = cursor.number();
        if (feature !== FEATURE.TRACING_DATA) {
          const wrong = readFeature(header.features, feature, cursor.bytes(cursor.left), little);
          if (wrong !== undefined) header.warnings.push(wrong);
        }
      } else if (type === RECORD.HEADER_BUILD_ID) {
        session.buildIds.push(readBuildId(cursor, misc));
      } else if (type === RECORD.HEADER_TRACING_DATA) {
        const size = cursor.u32();
        header.tracingData = new Uint8Array(view.buffer, view.byteOffset + end, size).slice();
      } else if (type === RECORD.EVENT_UPDATE) {
        const kind = cursor.number();
        const event = session.of(cursor.big());
        const about = header.attrs[event ?? -1];
        if (kind === EVENT_UPDATE_NAME && about !== undefined) about.name = cursor.text(cursor.left);
      } else return false;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      header.warnings.push(`a record of type ${type} is truncated`);
    }
    return true;
  };
};

const EVENT_UPDATE_NAME = 2;

/** Starts the bookkeeping of a file's events. */
export const startSession = (header: Header): Session => {
  const byId = new Map<Big, number>();
  let place = idPlace(header.attrs[0]?.attr);
  const index = (event: EventAttr, i: number): void => {
    for (const id of event.ids) byId.set(id, i);
  };
  header.attrs.forEach(index);
  const buildIds = [...(header.features.buildIds ?? [])];
  const of = (id: Big): number | undefined => byId.get(id);
  const add = (event: EventAttr): void => {
    index(event, header.attrs.push(event) - 1);
    place = idPlace(header.attrs[0]?.attr);
  };
  return {
    header,
    events: header.attrs,
    buildIds,
    of,
    get idAt() {
      return place.idAt;
    },
    get idFromEnd() {
      return place.idFromEnd;
    },
    learn: learnHeader({ header, buildIds, add, of }),
    name: (event) => nameOfEvent(header, event),
  };
};
