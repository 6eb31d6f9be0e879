import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { FridayError } from '../errors.ts';
import { readEntries } from './entries.ts';
import type { Manifest } from './format.ts';
import type { SegmentFile } from './layout.ts';
import { listSegments, listStreams, streamPath } from './layout.ts';
import { openRecording } from './open.ts';
import type { SampleHeader } from './segment.ts';
import { readSample } from './segment.ts';
import { whyNot } from './tally.ts';

/** A fault of a recording, or something that its reader should know. */
export interface Problem {
  /** damage: recorded data cannot be read; note: all is readable, but less was recorded than asked for. */
  readonly kind: 'damage' | 'note';
  readonly where: string;
  readonly say: string;
}

export interface Verdict {
  readonly problems: readonly Problem[];
  readonly samples: number;
  readonly bytes: number;
}

interface Found {
  readonly problems: Problem[];
  samples: number;
  bytes: number;
  /** The time of the stream's last sample. */
  last: number;
}

const decompress = promisify(zstdDecompress);

const damage = (found: Found, where: string, say: string): void => {
  found.problems.push({ kind: 'damage', where, say });
};

const checkSample = (found: Found, where: string, stream: string, header: SampleHeader, first: boolean): void => {
  if (header.stream !== stream) damage(found, where, `a sample of ${header.stream} in the stream ${stream}`);
  if (first && header.encoding === 'delta') damage(found, where, 'the first sample is not a keyframe');
  if (header.t < found.last) damage(found, where, `time goes back from ${found.last} s to ${header.t} s`);
  found.last = Math.max(found.last, header.t);
};

const checkPayload = (found: Found, where: string, payload: Uint8Array): void => {
  try {
    readEntries(payload);
    found.samples++;
  } catch (error) {
    damage(found, where, error instanceof FridayError ? error.message : String(error));
  }
};

/** Checks one segment; `last` is true for the last one, which a crash may have truncated. */
const checkSegment = (found: Found, stream: string, where: string, bytes: Buffer, last: boolean): void => {
  let at = 0;
  for (let first = true; ; first = false) {
    const step = readSample(bytes, at);
    if (step.kind === 'cut') break;
    if (step.kind === 'bad') damage(found, where, `${step.why} (byte ${at})`);
    else {
      checkSample(found, where, stream, step.header, first);
      checkPayload(found, where, step.payload);
    }
    if (step.next === undefined) return;
    at = step.next;
  }
  if (at === bytes.length) return;
  const say = `the last ${bytes.length - at} bytes are an incomplete sample`;
  if (last) found.problems.push({ kind: 'note', where, say: `${say}: the recorder was killed while writing` });
  else damage(found, where, say);
};

const contentOf = async (path: string, { closed }: SegmentFile, found: Found): Promise<Buffer> => {
  const raw = await readFile(path);
  found.bytes += raw.length;
  return closed ? decompress(raw) : raw;
};

const checkStream = async (dir: string, stream: string): Promise<Found> => {
  const found: Found = { problems: [], samples: 0, bytes: 0, last: -Infinity };
  const segments = await listSegments(dir, stream);
  for (const [i, segment] of segments.entries()) {
    const where = `segments/${stream}/${segment.file}`;
    if (segment.index !== i) damage(found, where, `segment ${i} is missing`);
    try {
      const bytes = await contentOf(join(streamPath(dir, stream), segment.file), segment, found);
      checkSegment(found, stream, where, bytes, i === segments.length - 1 && !segment.closed);
    } catch (error) {
      damage(found, where, `cannot be read: ${(error as Error).message}`);
    }
  }
  return found;
};

const notes = ({ status, reason, sources, clocks }: Manifest): readonly Problem[] => {
  const note = (where: string, say: string): Problem => ({ kind: 'note', where, say });
  const ended =
    status === 'complete' ? [] : [note('manifest.json', `the recording is ${status}: ${reason ?? 'being written'}`)];
  const clock =
    clocks.length === 0
      ? [note('manifest.json', 'no clock pair: the date and time of day of its samples are unknown')]
      : [];
  const failed = Object.entries(sources)
    .filter(([, fact]) => fact.status !== 'ok')
    .map(([name, fact]) => note(name, `${fact.status}: ${whyNot(fact) ?? 'no reason given'}`));
  return [...ended, ...clock, ...failed];
};

/** Compares the manifest with the segments. */
const compare = ({ sources, status }: Manifest, streams: ReadonlyMap<string, Found>): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const [name, { samples }] of Object.entries(sources)) {
    const there = streams.get(name)?.samples ?? 0;
    if (status === 'complete' && there !== samples)
      problems.push({
        kind: 'damage',
        where: name,
        say: `the manifest counts ${samples} samples, the segments hold ${there}`,
      });
  }
  for (const name of streams.keys())
    if (!Object.hasOwn(sources, name))
      problems.push({ kind: 'damage', where: `segments/${name}`, say: 'the manifest does not list this stream' });
  return problems;
};

/** Reads a whole recording and lists its faults. Throws kind 'recording' if it is not a recording. */
export const verifyRecording = async (dir: string): Promise<Verdict> => {
  const { manifest } = await openRecording(dir);
  const streams = new Map<string, Found>();
  for (const stream of await listStreams(dir)) streams.set(stream, await checkStream(dir, stream));
  const all = [...streams.values()];
  return {
    problems: [...all.flatMap(({ problems }) => problems), ...compare(manifest, streams), ...notes(manifest)],
    samples: all.reduce((sum, { samples }) => sum + samples, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};
