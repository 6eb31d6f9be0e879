import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FridayError } from '../errors.ts';
import { findSource, sources, streamOf } from '../sources/list.ts';
import type { Decoder, SourceSample, Source } from '../sources/source.ts';
import { newContent } from './content.ts';
import { openCursor } from './cursor.ts';
import type { Manifest } from './format.ts';
import { ARRIVALS, manifestPath, OUTPUT, programPath, STDERR } from './layout.ts';
import { isWritten, whyGivenUp } from './lock.ts';
import { noRecording } from './nearby.ts';
import { type StoredManifest, upToDate } from './older.ts';
import type { Recording, TimeRange } from './recording.ts';
import { recounted } from './recount.ts';
import { type RecordedWarning, shownWarning } from './warning.ts';

const damaged = (dir: string, what: string, cause?: unknown): FridayError =>
  new FridayError('recording', `${dir}: expected a recording, got ${what}`, {
    next: `See what is wrong with it: fbf verify ${dir}`,
    cause,
  });

const parsed = (dir: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(dir, 'a manifest that is not JSON', cause);
  }
};

/** Reads manifest.json. Throws kind 'recording' if it is absent, unreadable or of an unknown format version. */
export const readManifest = async (dir: string): Promise<Manifest> => {
  const text = await readFile(manifestPath(dir), 'utf8').catch(async (cause: unknown) => {
    throw await noRecording(dir, cause);
  });
  const found = parsed(dir, text) as Partial<StoredManifest> | null;
  if (found?.format !== 1) throw damaged(dir, `format ${JSON.stringify(found?.format)} (this version reads format 1)`);
  for (const part of ['host', 'sources', 'clocks', 'processes', 'warnings'] as const)
    if (typeof found[part] !== 'object') throw damaged(dir, `a manifest without "${part}"`);
  try {
    return upToDate(found as StoredManifest);
  } catch (cause) {
    throw damaged(dir, 'a manifest with incomplete sources or warnings', cause);
  }
};

/** A recording whose status is open but whose writer is dead was cut. */
const currentManifest = async (dir: string): Promise<Manifest> => {
  const manifest = await readManifest(dir);
  if (manifest.status !== 'open' || (await isWritten(dir))) return manifest;
  // It may have been closed between reading the manifest and checking the writer.
  const again = await readManifest(dir);
  if (again.status !== 'open') return again;
  const reason = (await whyGivenUp(dir)) ?? 'the recorder was killed';
  return { ...(await recounted(dir, again)), status: 'cut', reason };
};

/** Samples from second `from` on; earlier ones of its segment are merged, so that the first sample is whole. */
const inRange = async function* (
  samples: AsyncIterable<SourceSample>,
  { from = -Infinity, to = Infinity }: TimeRange,
): AsyncGenerator<SourceSample> {
  const before = newContent();
  let whole = false;
  for await (const sample of samples) {
    if (sample.t > to) return;
    if (whole) yield sample;
    else {
      before.take(sample);
      if (sample.t < from) continue;
      whole = true;
      yield { t: sample.t, whole: true, files: before.all(), gone: [] };
    }
  }
};

const logRange = async function* (
  samples: AsyncIterable<SourceSample>,
  { from = -Infinity, to = Infinity }: TimeRange,
): AsyncGenerator<SourceSample> {
  for await (const sample of samples) if (sample.t >= from && sample.t <= to) yield sample;
};

const fileName = (path: string): string => path.slice(path.lastIndexOf('/'));

type Decoded = ReturnType<Decoder['table']>;
type ReadTable = () => Promise<Decoded>;

/** Decodes a growing stream for all sources asked for in one pass; a later call reads only what is new. */
const tableReaders = (
  dir: string,
  group: readonly Source[],
  manifest: Manifest,
): readonly (readonly [string, ReadTable])[] => {
  const [first] = group;
  if (first === undefined) return [];
  // From a sweep over the processes a source needs its own file and the one with the start time.
  const only =
    first.recipe.perProcess && first.stream ? group.flatMap(({ recipe }) => recipe.read.map(fileName)) : undefined;
  const cursor = openCursor(dir, streamOf(first), { only });
  const host = { ...manifest.host, start: manifest.clocks[0]?.monotonic ?? 0 };
  const decoders = group.map((source) => [source.name, source.decoder(host)] as const);
  let turn: Promise<unknown> = Promise.resolve();
  const catchUp = async (): Promise<void> => {
    for await (const sample of cursor.read()) for (const [, decoder] of decoders) decoder.add(sample);
  };
  return decoders.map(([name, decoder]) => [
    name,
    async () => {
      const mine = turn.then(catchUp);
      turn = mine.catch(() => undefined);
      await mine;
      const { table, warnings } = decoder.table();
      return { table, warnings: [...cursor.warnings, ...warnings] };
    },
  ]);
};

/** False for a warning about another file of the same sweep. */
const concerns = (source: Source, warning: RecordedWarning): boolean =>
  warning.code !== 'processes-file-unread' || source.name === `proc.pid.${warning.file}`;

const programOf = (dir: string, { programs = {} }: Manifest, name: string): ReturnType<Recording['program']> => {
  const fact = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const file = (of: string): string => join(programPath(dir, name), of);
  return fact && { fact, output: file(OUTPUT), stderr: file(STDERR), arrivals: file(ARRIVALS) };
};

/** Opens a recording for reading, also while it is being written. Throws kind 'recording'. */
export const openRecording = async (dir: string): Promise<Recording> => {
  let manifest = await currentManifest(dir);
  const readers = new Map<string, ReadTable>();
  const there = (source: Source): boolean => Object.hasOwn(manifest.sources, streamOf(source));

  const known = (name: string): Source => {
    const source = findSource(name);
    if (there(source)) return source;
    const has = sources.filter(there).map((one) => one.name);
    throw new FridayError('missing', `${dir}: the recording has no ${name}. It has: ${has.join(', ')}`, {
      next: 'Ask for one of those, or record again with this source.',
    });
  };
  const tables = async (names: readonly string[]): Promise<ReadonlyMap<string, Decoded>> => {
    const asked = [...new Set(names)].map(known);
    const fresh = asked.filter(({ name }) => !readers.has(name));
    for (const group of Map.groupBy(fresh, streamOf).values())
      for (const [name, read] of tableReaders(dir, group, manifest)) readers.set(name, read);
    const found = new Map<string, Decoded>();
    for (const source of asked) {
      const read = readers.get(source.name);
      if (read === undefined) continue;
      const { table, warnings } = await read();
      const told = (manifest.sources[streamOf(source)]?.warnings ?? []).filter((one) => concerns(source, one));
      found.set(source.name, { table, warnings: [...told.map(shownWarning), ...warnings] });
    }
    return found;
  };
  return {
    dir,
    get manifest() {
      return manifest;
    },
    refresh: async () => (manifest = manifest.status === 'open' ? await currentManifest(dir) : manifest),
    sources: () => sources.filter(there).map(({ name }) => name),
    samples(name, range = {}) {
      const source = known(name);
      const samples = openCursor(dir, streamOf(source), { from: range.from }).read();
      return source.recipe.log ? logRange(samples, range) : inRange(samples, range);
    },
    async table(name) {
      const [found] = (await tables([name])).values();
      return found ?? known(name).decoder().table();
    },
    program: (name) => programOf(dir, manifest, name),
    tables,
  };
};
