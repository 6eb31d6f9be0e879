import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { newNames } from '../byte-names.ts';
import type { SourceSample, Warning } from '../sources/source.ts';
import type { SegmentFile } from './layout.ts';
import { listSegments, streamPath } from './layout.ts';
import { readSample, toSample } from './segment.ts';

const decompress = promisify(zstdDecompress);
/** A segment holds at most 8 MB and one sample more. */
const ZSTD = { maxOutputLength: 512 * 1024 * 1024, chunkSize: 16 * 1024 * 1024 };

/** A position in a stream: each read continues where the last one ended, so a growing recording is read only once. */
export interface StreamCursor {
  /** The complete samples written since the last call. Damage becomes a warning. */
  read(): AsyncIterable<SourceSample>;
  readonly warnings: readonly Warning[];
}

/** A raw segment from byte `from` on, or the whole compressed one: it may be compressed between listing and reading. */
const load = async (
  folder: string,
  { file, closed }: SegmentFile,
  from: number,
): Promise<{ readonly bytes: Buffer; readonly at: number }> => {
  const path = join(folder, file);
  if (closed) return { bytes: await decompress(await readFile(path), ZSTD), at: from };
  try {
    const handle = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(Math.max(0, (await handle.stat()).size - from));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      return { bytes: bytes.subarray(0, bytesRead), at: 0 };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return load(folder, { file: `${file}.zst`, closed: true, index: 0, start: 0 }, from);
  }
};

/** The segments in order, the first from the position on; while one is decoded, a thread reads and unpacks the next. */
const loadAhead = async function* (
  folder: string,
  segments: readonly SegmentFile[],
  place: { readonly segment: number; readonly offset: number },
) {
  const fetch = (segment: SegmentFile | undefined) =>
    segment &&
    load(folder, segment, segment.index === place.segment ? place.offset : 0).then(
      (loaded) => ({ segment, loaded, error: undefined }),
      (error: unknown) => ({ segment, loaded: undefined, error: error instanceof Error ? error.message : error }),
    );
  let next = fetch(segments[0]);
  for (let i = 1; next !== undefined; i++) {
    const found = await next;
    next = fetch(segments[i]);
    yield found;
  }
};

export interface CursorOptions {
  /** Begin with the segment that contains this second. */
  readonly from?: number | undefined;
  /** Return only files whose paths end in one of these. */
  readonly only?: readonly string[] | undefined;
}

/** A cursor at the segment that contains second `from`. */
export const openCursor = (dir: string, stream: string, { from = 0, only }: CursorOptions = {}): StreamCursor => {
  const folder = streamPath(dir, stream);
  const warnings: Warning[] = [];
  let place = { segment: -1, offset: 0 };
  let broken = false;
  /** After the first sample only the changes of a keyframe are read, about a fiftieth of it. */
  let going = false;
  const names = newNames();

  const damaged = (t: number, why: string): void => {
    warnings.push({ t, source: stream, say: `${why}; samples up to the next keyframe were skipped` });
    broken = true;
  };
  const samplesOf = function* (segment: SegmentFile, bytes: Buffer, start: number): Generator<SourceSample> {
    let at = start;
    for (let step = readSample(bytes, at); step.kind !== 'cut'; step = readSample(bytes, at)) {
      if (step.kind === 'bad') damaged(segment.start, step.why);
      else if (!broken || step.header.encoding !== 'delta') {
        yield toSample(step.header, step.payload, { names, only, changesOnly: going && !broken });
        going = true;
        broken = false;
      }
      const next = step.next ?? bytes.length;
      place.offset += next - at;
      at = next;
    }
  };
  const read = async function* (): AsyncGenerator<SourceSample> {
    const segments = await listSegments(dir, stream);
    if (place.segment < 0) {
      const first = segments.findLast(({ start }) => start <= from) ?? segments[0];
      if (!first) return;
      place = { segment: first.index, offset: 0 };
    }
    const ahead = segments.filter(({ index }) => index >= place.segment);
    for await (const { segment, loaded, error } of loadAhead(folder, ahead, place)) {
      if (segment.index > place.segment) place = { segment: segment.index, offset: 0 };
      if (loaded !== undefined) yield* samplesOf(segment, loaded.bytes, loaded.at);
      else damaged(segment.start, `${segment.file} cannot be read (${String(error)})`);
    }
  };
  return { read, warnings };
};
