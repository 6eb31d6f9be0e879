import { crc32 } from 'node:zlib';
import type { SourceSample } from '../sources/source.ts';
import type { ReadOptions } from './entries.ts';
import { readEntries } from './entries.ts';

/** How a sample is stored: all files; files changed since the sample before; what was added to a log since then. */
export type Encoding = 'whole' | 'delta' | 'log';

export interface SampleHeader {
  readonly stream: string;
  readonly t: number;
  readonly bytes: number;
  readonly encoding: Encoding;
  readonly checksum: string;
}

const NEWLINE = 10;
const LONGEST_HEADER = 512;
const HEADER = /^sample (\S+) (\d+\.\d{9}) (\d+) (whole|delta|log) ([0-9a-f]{8})$/;

const checksumOf = (head: string, payload: Uint8Array): string =>
  crc32(payload, crc32(head)).toString(16).padStart(8, '0');

/** A sample as stored in a segment: `sample STREAM T BYTES ENCODING CHECKSUM`, the payload, a newline. */
export const writeSample = (stream: string, t: number, encoding: Encoding, payload: Uint8Array): Buffer => {
  const head = `sample ${stream} ${t.toFixed(9)} ${payload.length} ${encoding}`;
  return Buffer.concat([Buffer.from(`${head} ${checksumOf(head, payload)}\n`), payload, Buffer.from('\n')]);
};

export type Step =
  | { readonly kind: 'sample'; readonly header: SampleHeader; readonly payload: Uint8Array; readonly next: number }
  | { readonly kind: 'cut' } // the segment ends here, or in the middle of a sample
  | { readonly kind: 'bad'; readonly why: string; readonly next: number | undefined };

/** The sample at byte `at` of a segment. */
export const readSample = (segment: Buffer, at: number): Step => {
  const end = segment.subarray(at, at + LONGEST_HEADER).indexOf(NEWLINE);
  if (end < 0)
    return segment.length - at < LONGEST_HEADER
      ? { kind: 'cut' }
      : { kind: 'bad', why: 'no header line', next: undefined };
  const line = segment.toString('utf8', at, at + end);
  const [, stream = '', t = '', bytes = '', encoding = '', checksum = ''] = HEADER.exec(line) ?? [];
  if (stream === '')
    return { kind: 'bad', why: `expected a header line, got ${JSON.stringify(line.slice(0, 80))}`, next: undefined };
  const from = at + end + 1;
  const next = from + Number(bytes) + 1;
  if (next > segment.length) return { kind: 'cut' };
  const payload = segment.subarray(from, next - 1);
  if (checksumOf(line.slice(0, -9), payload) !== checksum || segment[next - 1] !== NEWLINE)
    return { kind: 'bad', why: `the checksum of the sample at ${t} s does not match`, next };
  return {
    kind: 'sample',
    header: { stream, t: Number(t), bytes: Number(bytes), encoding: encoding as Encoding, checksum },
    payload,
    next,
  };
};

/** Decodes a sample; its bytes are views of the segment. With `changesOnly` a keyframe becomes a delta. */
export const toSample = (
  { t, encoding }: SampleHeader,
  payload: Uint8Array,
  options: ReadOptions = {},
): SourceSample => ({
  t,
  whole: encoding === 'whole' && !options.changesOnly,
  ...readEntries(payload, options),
});
