import { bytesOfFile, slice, type Bytes } from '../../../bytes/bytes.ts';
import { readTraceFormat, type TraceFormat } from '../../formats/trace-format.ts';
import { eventColumns } from '../event-columns.ts';
import { framesOf } from '../frames.ts';
import { lossOf, type CpuLoss } from '../losses.ts';
import type { Ftrace } from '../read.ts';
import { formatFields } from './format-fields.ts';
import { readFtraceText } from './read-text.ts';

const CHUNK = 1 << 20;
/** What follows the text: statistics of each CPU. */
const MOST_AFTER = 1 << 20;

const FORMAT = /^events\/([^/]+)\/[^/]+\/format$/;
const FIRST = '@ftracetext ';

/** Whether a capture is what record.sh prints. */
export const isTextCapture = (bytes: Bytes): boolean =>
  Buffer.from(slice(bytes, 0, FIRST.length)).toString('latin1') === FIRST;

/** The bytes from a place on, as a file of their own. */
const from = (bytes: Bytes, start: number): Bytes => ({
  size: Math.max(0, bytes.size - start),
  read: (at, into) => bytes.read(start + at, into),
  close: () => undefined,
});

/** What stands before the text. */
interface Told {
  readonly formats: ReadonlyMap<string, TraceFormat>;
  /** Events are printed with the option `fields`. */
  readonly fields: boolean;
  /** Where the text begins, and the name of the run, which only its end has. */
  readonly start: number;
  readonly run: string;
}

const toldIn = (bytes: Bytes): Told => {
  const formats = new Map<string, TraceFormat>();
  let fields = false;
  for (const { kind, name, body, end } of framesOf(bytes, () => undefined)) {
    if (kind === 'text') return { formats, fields, start: end, run: name };
    const said = Buffer.from(body).toString('utf8');
    const system = FORMAT.exec(name)?.[1];
    const format = system === undefined ? undefined : readTraceFormat(system, said);
    if (format !== undefined) formats.set(format.name, format);
    if (name === 'options/fields') fields = said.trim() === '1';
  }
  return { formats, fields, start: bytes.size, run: '' };
};

/** Where the text ends and what follows it begins; undefined if the capture was cut. */
const endOf = (bytes: Bytes, { start, run }: Told): { readonly text: number; readonly after: number } | undefined => {
  const first = Math.max(start, bytes.size - MOST_AFTER);
  const sign = `\n@endtext ${run} 0\n`;
  const at = Buffer.from(slice(bytes, first, MOST_AFTER)).lastIndexOf(sign, undefined, 'latin1');
  return at < 0 ? undefined : { text: first + at, after: first + at + sign.length };
};

const pieces = function* (bytes: Bytes, start: number, end: number): Generator<Uint8Array> {
  for (let at = start; at < end; at += CHUNK) yield slice(bytes, at, Math.min(CHUNK, end - at));
};

/** What the statistics at the end say is lost, of each CPU; undefined without statistics. */
const lostIn = (bytes: Bytes, after: number): readonly CpuLoss[] =>
  [...framesOf(from(bytes, after), () => undefined)]
    .map(({ name, body }) => lossOf(name, Buffer.from(body).toString('utf8')))
    .filter((loss) => loss !== undefined);

/** An event of which there is none has its base columns only. */
const NOTHING = { size: 0, data: {}, docs: eventColumns };

/** Reads what record.sh printed, as readFtrace() reads what record.pl did. Only events that were asked for are given. */
export const readTextCapture = async (
  bytes: Bytes,
  { origin }: { readonly origin?: number | undefined } = {},
): Promise<Ftrace> => {
  const told = toldIn(bytes);
  const end = endOf(bytes, told);
  const nameOf = (event: string): string => {
    const format = told.formats.get(event);
    return format === undefined ? event : `${format.system}:${event}`;
  };
  const fieldsOf = (event: string) => {
    const format = told.fields ? told.formats.get(event) : undefined;
    return format && formatFields(format);
  };
  const text = pieces(bytes, told.start, end?.text ?? bytes.size);
  const found = await readFtraceText(text, { origin, nameOf, fieldsOf });
  const said = end === undefined ? [] : lostIn(bytes, end.after);
  return {
    ...found,
    events: [...told.formats.values()].map(({ system, name }) => {
      const event = `${system}:${name}`;
      return { event, table: found.events.find((each) => each.event === event)?.table ?? NOTHING };
    }),
    lost: said.length === 0 ? found.lost : said.filter(({ events }) => events > 0),
    warnings: [
      ...(end === undefined ? ['the end of the text is missing, and with it the number of lost events'] : []),
      ...found.warnings,
    ],
  };
};

/** The same of a file, which may still grow. */
export const readTextCaptureFile = async (
  path: string,
  options?: { readonly origin?: number | undefined },
): Promise<Ftrace> => {
  const bytes = bytesOfFile(path);
  try {
    return await readTextCapture(bytes, options);
  } finally {
    bytes.close();
  }
};
