import { statSync } from 'node:fs';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { convertSimpleperf } from './perf-script/simpleperf.ts';
import { bytesOfFile, slice } from '../bytes/bytes.ts';
import type { ByteSource } from '../bytes/peek.ts';
import { unpack } from '../bytes/unpack.ts';
import { recognise, recogniseSource } from './recognise.ts';
import type { Profile, ReadOptions } from '../stacks/profile.ts';
import type { Recognised } from './recognise.ts';
import type { ProfileReader } from './source.ts';

/** The reader of each format, imported at first use. */
const readers: Readonly<Partial<Record<Recognised, () => Promise<ProfileReader>>>> = {
  'perf-script': async () => (await import('./perf-script/reader.ts')).read,
  folded: async () => (await import('./folded/read.ts')).read,
  'bpftrace-text': async () => (await import('./bpftrace/stacks.ts')).readText,
  'bpftrace-json': async () => (await import('./bpftrace/stacks.ts')).readJson,
};

/** Reads a profile in any format that its contents reveal. Throws FridayError('input') if it is not a profile. */
export const readProfile = async (source: ByteSource, options: ReadOptions = {}): Promise<Profile> => {
  const { format, head, whole } = await recogniseSource(await unpack(source));
  if (format === 'perf.data') {
    const { readPerfDataFrom } = await import('./perf-data/reader.ts');
    return readPerfDataFrom(whole, options, isFileStream(source) && isPerfData(source.path) ? source.path : undefined);
  }
  const load = readers[format];
  if (load === undefined) throw notAProfile(options.name ?? pathOf(source) ?? 'profile', format, head);
  return (await load())(whole, options);
};

const EXPECTED = 'perf.data, perf script text, folded stacks or bpftrace stacks';

const pathOf = (source: ByteSource): string | undefined => (isFileStream(source) ? source.path : undefined);

const GIVE =
  'Give a perf.data file, the text of `perf script`, folded stacks, or a bpftrace stack map (text or -f json).';

/** What to do with a file of another format. */
const ADVICE: Readonly<Partial<Record<Recognised, string>>> = {
  'simpleperf report-sample': convertSimpleperf,
  'ftrace-text': 'It has events, no profile. As a table: fbf decode ftrace-text FILE --event NAME',
};

const notAProfile = (where: string, format: Recognised, head: Uint8Array): FridayError => {
  const got = format === 'unknown' ? (head.length === 0 ? 'an empty file' : 'another kind of file') : format;
  return new FridayError('input', `${printable(where, 200)}: expected ${EXPECTED}, got ${got}`, {
    next: ADVICE[format] ?? GIVE,
    seen: new TextDecoder('latin1').decode(head.subarray(0, 80)),
  });
};

/** Whether a source is a whole file, which can be read at any offset: faster, and with less memory. */
const isFileStream = (source: unknown): source is { readonly path: string } =>
  typeof source === 'object' &&
  source !== null &&
  'path' in source &&
  typeof source.path === 'string' &&
  !('start' in source && source.start !== undefined);

/** Whether a file is perf.data as it stands, not compressed. A pipe is not tried, since it can be opened only once. */
const isPerfData = (path: string): boolean => {
  if (!statSync(path).isFile()) return false;
  const bytes = bytesOfFile(path);
  try {
    return recognise(slice(bytes, 0, 8)) === 'perf.data';
  } finally {
    bytes.close();
  }
};
