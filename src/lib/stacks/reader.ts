import { FridayError } from '../errors.ts';
import { recognise } from './recognise.ts';
import type { Profile, ReadOptions } from './profile.ts';
import type { Recognised } from './recognise.ts';

/** Bytes in order, in pieces of any size. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Reads one format. `source` starts at the first byte. Gives a partial profile with a warning rather than an error. */
export type ProfileReader = (source: ByteSource, options: ReadOptions) => Promise<Profile>;

/** Every format a profile can come in, loaded when it is met. */
const readers: Readonly<Partial<Record<Recognised, () => Promise<ProfileReader>>>> = {};

/** How many bytes recognise() gets to see. */
const HEAD = 65_536;

/**
 * Reads a profile of any recognised format; the format is told from the content. Throws FridayError('input') when nothing
 * in it can be read as one.
 */
export const readProfile = async (source: ByteSource, options: ReadOptions = {}): Promise<Profile> => {
  const { head, whole } = await peek(source, HEAD);
  const format = recognise(head);
  if (format === 'perf.data') {
    const { readPerfDataFrom } = await import('../sources/perf-data/reader.ts');
    return readPerfDataFrom(whole, options, isFileStream(source) ? source.path : undefined);
  }
  const load = readers[format];
  if (load === undefined) throw notAProfile(format, head);
  return (await load())(whole, options);
};

const notAProfile = (format: Recognised, head: Uint8Array): FridayError =>
  new FridayError(
    'input',
    `profile: expected perf.data, perf script text, folded stacks or bpftrace stacks, got ${format}`,
    {
      next: 'Give a perf.data file, the text of `perf script`, folded stacks, or a bpftrace stack map (text or -f json).',
      seen: new TextDecoder('latin1').decode(head.subarray(0, 80)),
    },
  );

/** Whether a source is a whole file: one that can be read at any place is read faster, and with less memory, there. */
const isFileStream = (source: unknown): source is { readonly path: string } =>
  typeof source === 'object' &&
  source !== null &&
  'path' in source &&
  typeof source.path === 'string' &&
  !('start' in source && source.start !== undefined);

/** The first bytes of a source and the source again from its first byte. */
export const peek = async (
  source: ByteSource,
  bytes: number,
): Promise<{ readonly head: Uint8Array; readonly whole: ByteSource }> => {
  const pieces: Uint8Array[] = [];
  let have = 0;
  const rest = source[Symbol.asyncIterator]();
  while (have < bytes) {
    const next = await rest.next();
    if (next.done === true) break;
    pieces.push(next.value.slice());
    have += next.value.length;
  }
  const head = new Uint8Array(have);
  let at = 0;
  for (const piece of pieces) {
    head.set(piece, at);
    at += piece.length;
  }
  const whole = async function* (): ByteSource {
    yield* pieces;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  };
  return { head: head.subarray(0, bytes), whole: whole() };
};
