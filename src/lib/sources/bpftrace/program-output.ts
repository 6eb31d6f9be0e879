import type { ByteSource } from '../../bytes/peek.ts';
import { objectsOf } from './json.ts';

/** What a program of probes/ prints with `-f json`, in order. */
export type Output =
  /** A printed line. */
  | { readonly line: string }
  /** A printed map: keys and values as bpftrace writes them. A scalar has the key ''. */
  | { readonly map: string; readonly entries: readonly (readonly [key: string, value: unknown])[] }
  /** Events that bpftrace could not pass to its user space. */
  | { readonly lost: number }
  /** Words of bpftrace about an error. */
  | { readonly said: string }
  /** Text that is not bpftrace's, or is cut. */
  | { readonly left: string };

/** bpftrace 0.22 and 0.23 escape the keys of maps twice: a newline arrives as a backslash and an n. */
export const once = (key: string): string => {
  if (!key.includes('\\n') || key.includes('\n')) return key;
  try {
    return String(JSON.parse(`"${key}"`));
  } catch {
    return key;
  }
};

const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value as Record<string, unknown>).map(([key, each]) => [once(key), each]);

const mapsIn = function* (data: unknown): Generator<Output> {
  if (typeof data !== 'object' || data === null) return;
  for (const [map, value] of Object.entries(data as Record<string, unknown>))
    yield { map, entries: typeof value === 'object' && value !== null ? entriesOf(value) : [['', value]] };
};

/** The number of events in an object about lost ones. */
export const lostIn = (data: unknown): number => {
  const events = typeof data === 'object' && data !== null && 'events' in data ? data.events : undefined;
  return typeof events === 'number' ? events : 0;
};

/** Types of objects that hold maps. */
const MAPS = new Set(['map', 'stats', 'hist', 'tseries']);

/** Reads the objects of a program one by one. */
export const outputOf = async function* (source: ByteSource): AsyncGenerator<Output> {
  for await (const parsed of objectsOf(source)) {
    if ('left' in parsed) {
      yield parsed;
      continue;
    }
    const { type, data, message } = parsed.object;
    if (type === 'printf') yield { line: typeof data === 'string' ? data : String(data) };
    else if (MAPS.has(type)) yield* mapsIn(data);
    else if (type === 'lost_events') yield { lost: lostIn(data) };
    else if (message !== '') yield { said: message };
  }
};
