import type { ByteSource } from '../../bytes/peek.ts';
import { linesOf } from '../../bytes/text-lines.ts';

/** One object of `bpftrace -f json`: https://github.com/bpftrace/bpftrace/blob/master/src/output/json.cpp */
export interface BpftraceObject {
  readonly type: string;
  readonly data: unknown;
  /** The text of an error or a warning of bpftrace; '' for other objects. */
  readonly message: string;
}

/** An object, or a line outside all objects. */
export type Parsed = { readonly object: BpftraceObject } | { readonly left: string };

/** An object without an end is dropped at this length. */
const LONGEST = 64 << 20;
/** An object that nests deeper is dropped: no type of bpftrace does. */
const DEEPEST = 100;

/** Makes objects of lines, each of one line or of several. */
export interface ObjectLines {
  /** The objects that end with this line, and lines outside all objects. */
  line(line: string): Generator<Parsed>;
  end(): Generator<Parsed>;
  /** Whether an object has begun and not ended. */
  readonly isOpen: boolean;
}

export const objectLines = (): ObjectLines => {
  let open: string[] = [];
  let [depth, deepest, length] = [0, 0, 0];
  const left = function* (): Generator<Parsed> {
    for (const line of open) if (line.trim() !== '') yield { left: line };
    [open, depth, deepest, length] = [[], 0, 0, 0];
  };
  return {
    *line(line) {
      if (/^\{\s*"type"/.test(line) || length > LONGEST) yield* left();
      if (open.length === 0 && !line.startsWith('{')) {
        if (line.trim() !== '') yield { left: line };
        return;
      }
      open.push(line);
      length += line.length;
      const nested = nesting(line);
      deepest = Math.max(deepest, depth + nested.deepest);
      depth += nested.depth;
      if (depth > 0) return;
      const object = deepest > DEEPEST ? undefined : parsed(open.join('\n'));
      if (object === undefined) yield* left();
      else {
        yield { object };
        [open, depth, deepest, length] = [[], 0, 0, 0];
      }
    },
    end: left,
    get isOpen() {
      return open.length > 0;
    },
  };
};

/** Splits text into objects, each on one line or on several. */
export const objectsOf = async function* (source: ByteSource): AsyncGenerator<Parsed> {
  const objects = objectLines();
  for await (const line of linesOf(source, LONGEST)) yield* objects.line(line);
  yield* objects.end();
};

/** How many brackets are open after the line, and the most that were open; JSON strings never span lines. */
const nesting = (line: string): { readonly depth: number; readonly deepest: number } => {
  let [depth, deepest] = [0, 0];
  let inString = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '\\') i++;
    else if (c === '"') inString = !inString;
    else if (!inString && (c === '{' || c === '[')) deepest = Math.max(deepest, ++depth);
    else if (!inString && (c === '}' || c === ']')) depth--;
  }
  return { depth, deepest };
};

/** Since 0.24, lost_events and attached_probes have a count in place of data. */
const countOf = (value: object): unknown =>
  'count' in value && typeof value.count === 'number' ? { events: value.count, probes: value.count } : undefined;

const parsed = (text: string): BpftraceObject | undefined => {
  const value = jsonOf(text) ?? jsonOf(requoted(text));
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
    return undefined;
  return {
    type: value.type,
    data: 'data' in value ? value.data : countOf(value),
    message: 'msg' in value && typeof value.msg === 'string' ? value.msg : '',
  };
};

/** bpftrace before 0.22 printed strftime() without quotes: `{"type": "map", "data": {"@t": 10:00:01}}`. */
const requoted = (text: string): string =>
  text.length > 4096
    ? ''
    : text.replace(/: ([^"[{][^"]*?)(\}{1,2})$/, (_, bare: string, end: string) => `: ${JSON.stringify(bare)}${end}`);

/** Numbers beyond 2 ** 53 stay exact if the engine passes their source text. */
const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d{16,20}$/.test(source) ? BigInt(source) : value;
};

/** JSON.parse with the third argument of revivers, new in ECMAScript 2025. */
const parse = JSON.parse as (text: string, reviver?: typeof exact) => unknown;

const jsonOf = (text: string): unknown => {
  try {
    return /\d{16}/.test(text) ? parse(text, exact) : parse(text);
  } catch {
    return undefined;
  }
};
