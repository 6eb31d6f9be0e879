import type { Bytes } from '../../bytes/bytes.ts';
import { u32, type Wasm } from '../../bytes/wasm.ts';
import { recordSize } from './blocks.ts';
import { RECORD } from './format.ts';
import type { Session } from './session.ts';

/** The return codes of src/wasm/trace.ts. */
const ASK = 1;
const ODD = 2;

/** Bytes read at once: small enough to be in the CPU's cache when they are walked. */
const CHUNK = 2 ** 21;

/** Callbacks for records that are not samples, and for the first sample. */
export interface OnRecord {
  /** Handles COMM, FORK, LOST and LOST_SAMPLES. */
  readonly take: (view: DataView, at: number) => void;
  /** Handles a record that perf made, not Linux (HEADER_ATTR ...); false if WASM cannot read the file. */
  readonly takeHeader: (view: DataView, at: number) => boolean;
  /** Called after a chunk with the bytes of the data section walked so far. */
  readonly progress: (bytes: number) => void;
}

/** Records with data after them, or with other records inside: only the reader in TypeScript reads them. */
const BEYOND: readonly number[] = [RECORD.COMPRESSED, RECORD.COMPRESSED2, RECORD.AUXTRACE];

/** Walks one chunk; returns where the first incomplete record begins, or -1 if trace-ts.ts must read the file. */
const walkChunk = (wasm: Wasm, from: number, to: number, onRecord: OnRecord): number => {
  for (let place = from; ;) {
    const why = wasm.traceWalk(place, to);
    const view = new DataView(wasm.memory.buffer);
    const others = new Uint32Array(wasm.memory.buffer, u32(wasm.traceOthers), u32(wasm.traceOtherCount));
    for (const other of others) onRecord.take(view, other);
    if (why === ODD) return -1;
    place = u32(wasm.tracePlace);
    if (why !== ASK) return place;
    if (BEYOND.includes(view.getUint32(place, true))) return -1;
    if (view.getUint32(place, true) === RECORD.HEADER_TRACING_DATA && place + 12 > to) return place;
    const size = recordSize(view, place, true);
    if (place + size > to) return place;
    if (!onRecord.takeHeader(view, place)) return -1;
    place += size;
  }
};

/** Walks the data section of a little-endian file; false if the reader in TypeScript must read it. */
export const walkWasm = (wasm: Wasm, bytes: Bytes, { header }: Session, onRecord: OnRecord, chunk = CHUNK): boolean => {
  const stop = Math.min(header.dataAt + header.dataSize, bytes.size);
  const room = wasm.traceSpace(chunk) >>> 0;
  let left = 0;
  for (let place = header.dataAt; place < stop;) {
    const into = new Uint8Array(wasm.memory.buffer, room + left, Math.min(chunk - left, stop - place));
    const got = bytes.read(place, into);
    if (got === 0) return false;
    place += got;
    const end = room + left + got;
    const next = walkChunk(wasm, room, end, onRecord);
    if (next < 0) return false;
    left = end - next;
    if (left === chunk) return false;
    new Uint8Array(wasm.memory.buffer).copyWithin(room, next, end);
    onRecord.progress(place - header.dataAt);
  }
  return left === 0 && stop === header.dataAt + header.dataSize;
};
