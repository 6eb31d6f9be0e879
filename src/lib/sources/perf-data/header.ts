import { FridayError } from '../../errors.ts';
import { ATTR_SIZE_VER0, readAttr, readNumber, type Attr, type Big } from './attr.ts';
import { slice, type Bytes } from '../../bytes/bytes.ts';
import { cursorOf, textOf } from './cursor.ts';
import { readFeature, type Features } from './features.ts';
import { FEATURE } from './format.ts';

/** A recorded event: its attr, the ids by which samples refer to it, and its name once it is known. */
export interface EventAttr {
  readonly attr: Attr;
  readonly ids: Big[];
  name: string | undefined;
}

/** The parts of a perf.data file besides its records. */
export interface Header {
  readonly little: boolean;
  /** Written to a pipe: sections of a file become records in a pipe. */
  readonly pipe: boolean;
  readonly dataAt: number;
  readonly dataSize: number;
  readonly attrs: EventAttr[];
  readonly features: Features;
  /** Tracepoint names by id, from files before Linux 3.10. */
  readonly eventTypes: ReadonlyMap<number, string>;
  /** Where the tracing data is: the formats of tracepoints' fields. */
  tracingData: Uint8Array | undefined;
  readonly warnings: string[];
}

const notPerfData = (got: string): FridayError =>
  new FridayError('input', `perf.data: expected the magic PERFILE2, got ${got}`, {
    next: 'Give a file that perf record of Linux 2.6.36 or newer wrote.',
    seen: got,
  });

const tooShort = (size: number): FridayError =>
  new FridayError('input', `perf.data: expected a header of at least 16 bytes, got a file of ${size} bytes`, {
    next: 'The file was truncated, or perf was killed before it wrote. Record again, and stop perf with Ctrl-C.',
  });

const magicOf = (head: Uint8Array): boolean => {
  const magic = new TextDecoder('latin1').decode(head.subarray(0, 8));
  if (magic === 'PERFILE2') return true;
  if (magic === '2ELIFREP') return false;
  throw notPerfData(head.length === 0 ? 'an empty file' : JSON.stringify(magic));
};

interface Section {
  readonly at: number;
  readonly size: number;
}

const readAttrs = (bytes: Bytes, { at, size }: Section, entry: number, little: boolean): EventAttr[] => {
  const body = slice(bytes, at, size);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const out: EventAttr[] = [];
  for (let from = 0; from + entry <= body.length; from += entry) {
    const attr = readAttr(view, from, entry - 16, little);
    const ids: Big[] = [];
    const idBytes = slice(
      bytes,
      readNumber(view, from + entry - 16, little),
      readNumber(view, from + entry - 8, little),
      2 ** 24,
    );
    const cursor = cursorOf(new DataView(idBytes.buffer, idBytes.byteOffset, idBytes.length), little);
    while (cursor.left >= 8) ids.push(cursor.big());
    out.push({ attr, ids, name: undefined });
  }
  return out;
};

const readEventTypes = (bytes: Bytes, { at, size }: Section, little: boolean): Map<number, string> => {
  const body = slice(bytes, at, size, 2 ** 24);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const out = new Map<number, string>();
  for (let from = 0; from + 72 <= body.length; from += 72)
    out.set(readNumber(view, from, little), textOf(body.subarray(from + 8, from + 72)));
  return out;
};

/** Numbers of the features whose bit is set, in four u64 words. */
const setFeatures = (view: DataView, little: boolean): number[] => {
  const out: number[] = [];
  for (let word = 0; word < 4; word++) {
    const bits = view.getBigUint64(72 + word * 8, little);
    for (let bit = 0; bit < 64; bit++) if (((bits >> BigInt(bit)) & 1n) === 1n) out.push(word * 64 + bit);
  }
  return out;
};

const readSections = (bytes: Bytes, header: Header, numbers: readonly number[]): void => {
  const table = slice(bytes, header.dataAt + header.dataSize, numbers.length * 16);
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  for (const [i, feature] of numbers.entries()) {
    if (i * 16 + 16 > table.length) {
      header.warnings.push(
        'the file ends before its header sections: host name, event names and build-ids may be missing',
      );
      return;
    }
    const at = readNumber(view, i * 16, header.little);
    const body = slice(bytes, at, readNumber(view, i * 16 + 8, header.little), 2 ** 28);
    if (feature === FEATURE.TRACING_DATA) header.tracingData = body;
    const wrong = readFeature(header.features, feature, body, header.little);
    if (wrong !== undefined) header.warnings.push(wrong);
  }
};

/** Event names from the header's event descriptions, by id if the attr has ids, else by index. */
const nameEvents = (header: Header): void => {
  const described = header.features.events ?? [];
  for (const [i, event] of header.attrs.entries()) {
    const byId = described.find(({ ids }) => ids.some((id) => event.ids.includes(id)));
    const here = byId ?? (described.length === header.attrs.length ? described[i] : undefined);
    event.name ??= here?.name;
    if (here !== undefined && event.ids.length === 0) event.ids.push(...here.ids);
  }
};

const blank = (little: boolean, pipe: boolean, dataAt: number, dataSize: number): Header => ({
  little,
  pipe,
  dataAt,
  dataSize,
  attrs: [],
  features: {},
  eventTypes: new Map(),
  tracingData: undefined,
  warnings: [],
});

const readFileHeader = (bytes: Bytes, head: Uint8Array, little: boolean): Header => {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < 104) throw notPerfData(`a header of ${head.length} bytes`);
  const number = (at: number): number => readNumber(view, at, little);
  const section = (at: number): Section => ({ at: number(at), size: number(at + 8) });
  const entry = number(16);
  const data = section(40);
  if (entry < ATTR_SIZE_VER0 + 16 || entry > 4096) throw notPerfData(`events of ${entry} bytes`);
  const left = Math.max(0, bytes.size - data.at);
  const header: Header = {
    ...blank(little, false, data.at, data.size === 0 ? left : Math.min(data.size, left)),
    attrs: readAttrs(bytes, section(24), entry, little),
    eventTypes: readEventTypes(bytes, section(56), little),
  };
  if (data.size === 0 && left > 0)
    header.warnings.push('perf record did not stop properly: the header has no size of the data');
  if (data.size > left)
    header.warnings.push(`the file is truncated: the header announces ${data.size} bytes of data, ${left} exist`);
  if (data.size > 0) readSections(bytes, header, setFeatures(view, little));
  nameEvents(header);
  return header;
};

/**
 * Reads the header of a perf.data file of either mode and byte order. Throws FridayError('input') if it is not
 * perf.data.
 */
export const readHeader = (bytes: Bytes): Header => {
  const head = slice(bytes, 0, 104);
  const little = magicOf(head);
  if (head.length < 16) throw tooShort(head.length);
  const size = readNumber(new DataView(head.buffer, head.byteOffset, head.length), 8, little);
  return size === 16 ? blank(little, true, 16, bytes.size - 16) : readFileHeader(bytes, head, little);
};
