import type { Bytes } from '../../bytes/bytes.ts';
import { at, type TextKernel } from '../../bytes/wasm.ts';
import { recordSize } from './blocks.ts';
import { RECORD } from './format.ts';
import type { Session } from './session.ts';

/** The return codes of src/wasm/trace.ts. */
const ASK = 1;
const ODD = 2;

/** Bytes read at once: small enough to be in the CPU's cache when they are walked. */
const CHUNK = 2 ** 21;

/** Callbacks for records that are not samples, and for the first sample. */
export interface Heard {
  /** Handles COMM, FORK, LOST and LOST_SAMPLES. */
  readonly other: (view: DataView, at: number) => void;
  /** Handles a record made by perf itself; false if the kernel cannot read the file. */
  readonly asked: (view: DataView, at: number) => boolean;
  /** Called after a chunk with the bytes of the data section walked so far. */
  readonly walked: (bytes: number) => void;
}

/** Records with data after them, or with other records inside: only the plain reader reads them. */
const BEYOND: readonly number[] = [RECORD.COMPRESSED, RECORD.COMPRESSED2, RECORD.AUXTRACE];

/** Walks one chunk; returns where the first incomplete record begins, or -1 if the plain reader must read the file. */
const walkChunk = (kernel: TextKernel, from: number, to: number, heard: Heard): number => {
  for (let place = from; ;) {
    const why = kernel.traceWalk(place, to);
    const view = new DataView(kernel.memory.buffer);
    const others = new Uint32Array(kernel.memory.buffer, at(kernel.traceOthers), at(kernel.traceOtherCount));
    for (const other of others) heard.other(view, other);
    if (why === ODD) return -1;
    place = at(kernel.tracePlace);
    if (why !== ASK) return place;
    if (BEYOND.includes(view.getUint32(place, true))) return -1;
    if (view.getUint32(place, true) === RECORD.HEADER_TRACING_DATA && place + 12 > to) return place;
    const size = recordSize(view, place, true);
    if (place + size > to) return place;
    if (!heard.asked(view, place)) return -1;
    place += size;
  }
};

/** Walks the data section of a little-endian file; false if the plain reader must read it. */
export const walkPlain = (
  kernel: TextKernel,
  bytes: Bytes,
  { header }: Session,
  heard: Heard,
  chunk = CHUNK,
): boolean => {
  const stop = Math.min(header.dataAt + header.dataSize, bytes.size);
  const room = kernel.traceSpace(chunk) >>> 0;
  let left = 0;
  for (let place = header.dataAt; place < stop;) {
    const into = new Uint8Array(kernel.memory.buffer, room + left, Math.min(chunk - left, stop - place));
    const got = bytes.read(place, into);
    if (got === 0) return false;
    place += got;
    const end = room + left + got;
    const next = walkChunk(kernel, room, end, heard);
    if (next < 0) return false;
    left = end - next;
    if (left === chunk) return false;
    new Uint8Array(kernel.memory.buffer).copyWithin(room, next, end);
    heard.walked(place - header.dataAt);
  }
  return left === 0 && stop === header.dataAt + header.dataSize;
};
