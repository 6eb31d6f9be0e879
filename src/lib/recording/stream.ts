import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import type { Recipe, SourceSample } from '../sources/source.ts';
import { newContent } from './content.ts';
import { appendBytes, diskError, replaceFile } from './disk.ts';
import { joinBytes, restFollows, writeEntries } from './entries.ts';
import { segmentName, streamPath } from './layout.ts';
import { writeSample } from './segment.ts';

const SECONDS = 10;
const BYTES = 8 * 1024 * 1024;
const compress = promisify(zstdCompress);

/** Zstandard's window must reach back over a whole sweep, to the same process in the sample before. */
const ZSTD = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 3,
    [constants.ZSTD_c_windowLog]: 24,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  },
};

/** Writes the samples of one stream to its segments. Calls must not overlap. */
export interface StreamWriter {
  append(sample: SourceSample): Promise<void>;
  close(): Promise<void>;
}

interface OpenSegment {
  readonly path: string;
  readonly file: FileHandle;
  readonly start: number;
  bytes: number;
}

/** Replaces the raw segment by the compressed one. On a full disk the raw one stays and is read as well. */
const closeSegment = async ({ path, file, bytes }: OpenSegment): Promise<void> => {
  try {
    const raw = Buffer.alloc(bytes);
    await file.read(raw, 0, bytes, 0);
    await file.datasync();
    await replaceFile(`${path}.zst`, await compress(raw, ZSTD));
    await rm(path, { force: true });
  } catch {
    await rm(`${path}.zst.tmp`, { force: true });
  } finally {
    await file.close();
  }
};

/** The writer of one stream. */
export const streamWriter = (dir: string, stream: string, recipe: Recipe): StreamWriter => {
  const content = newContent();
  let index = 0;
  let segment: OpenSegment | undefined;
  let closing = Promise.resolve();

  const begin = async (t: number): Promise<OpenSegment> => {
    const folder = streamPath(dir, stream);
    await mkdir(folder, { recursive: true });
    const path = join(folder, segmentName(index++, t));
    return { path, file: await open(path, 'wx+'), start: t, bytes: 0 };
  };
  const finish = (): void => {
    const done = segment;
    segment = undefined;
    if (done) closing = closing.then(() => closeSegment(done));
  };
  const encoded = (sample: SourceSample, first: boolean): Buffer => {
    if (recipe.log) return writeSample(stream, sample.t, 'log', writeEntries(sample.files, sample.gone));
    const { files, gone } = content.take(sample);
    const changes = writeEntries(files, gone);
    if (!first) return writeSample(stream, sample.t, 'delta', changes);
    const changed = new Set(files);
    const rest = content.all().filter((file) => !changed.has(file));
    return writeSample(stream, sample.t, 'whole', joinBytes([changes, restFollows, writeEntries(rest, [])]));
  };
  return {
    async append(sample) {
      if (segment && (sample.t - segment.start >= SECONDS || segment.bytes >= BYTES)) finish();
      const first = segment === undefined;
      const bytes = encoded(sample, first);
      try {
        segment ??= await begin(sample.t);
        await appendBytes(segment.file, bytes, segment.bytes, segment.path);
        segment.bytes += bytes.length;
      } catch (error) {
        // The write failed: the next sample must not be a delta against this one.
        finish();
        throw diskError(error, dir);
      }
    },
    async close() {
      finish();
      await closing;
    },
  };
};
