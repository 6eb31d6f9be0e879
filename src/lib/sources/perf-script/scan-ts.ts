import { internPairs } from '../../stacks/intern.ts';
import type { Pairs } from '../../stacks/intern.ts';
import { splitLines } from '../../bytes/lines.ts';
import { internTexts } from '../../bytes/texts.ts';
import type { ByteTexts } from '../../bytes/texts.ts';
import { cpuBefore, digits, periodAfter, timeIn } from './scan-head.ts';
import type { TimeAt } from './scan-head.ts';
import { growRecords } from './scan-records.ts';
import type { GrowingRecords } from './scan-records.ts';
import { frameParts } from './scan-frame.ts';
import { internSequences } from './scan-stacks.ts';
import type { Sequences } from './scan-stacks.ts';
import { CONTINUED, HAS_CPU, HAS_PERIOD, HAS_TIME, NONE, OPEN, UNSPLIT } from './script-text.ts';
import type { ScanOptions, Scanner, ScriptText } from './script-text.ts';

const [HASH, TAB, COMMENTS] = [35, 9, 4096];
const UNKNOWN = Buffer.from('[unknown]');

/** The state of a scan. */
interface Scan {
  readonly options: ScanOptions;
  readonly texts: ByteTexts;
  readonly sequences: Sequences;
  readonly places: Pairs;
  readonly records: GrowingRecords;
  /** Arrays by text. */
  readonly frameOf: number[];
  readonly split: boolean[];
  readonly comments: number[];
  inBlock: boolean;
}

/**
 * The scanner in TypeScript: used if the WASM scanner (src/wasm/script.ts) was not built, and as the reference
 * that tests compare it with. Both give equal numbers for equal input.
 */
export const scanTs = (options: ScanOptions): Scanner => {
  const scan: Scan = {
    options,
    texts: internTexts(),
    sequences: internSequences(),
    places: internPairs(),
    records: growRecords(),
    frameOf: [],
    split: [],
    comments: [],
    inBlock: false,
  };
  const lines = splitLines(
    options,
    (bytes, p, e) => {
      line(scan, bytes, p, e);
    },
    () => {
      if (scan.inBlock) close(scan, 0);
    },
  );
  return {
    space: (bytes) => lines.space(bytes),
    scanned: (bytes) => {
      lines.scanned(bytes);
    },
    ended() {
      lines.ended();
      if (scan.inBlock) close(scan, OPEN);
      return scriptText(scan, lines.cut());
    },
  };
};

const line = (scan: Scan, bytes: Uint8Array, p: number, e: number): void => {
  const { texts, comments, sequences } = scan;
  if (bytes[p] === HASH) {
    if (comments.length < COMMENTS) comments.push(texts.intern(bytes, p, e));
    return;
  }
  const time = scan.inBlock && bytes[p] === TAB ? undefined : timeIn(bytes, p, e);
  if (!scan.inBlock || time !== undefined) {
    const flag = scan.inBlock ? CONTINUED : 0;
    if (scan.inBlock) close(scan, 0);
    head(scan, bytes, p, e, flag, time);
    return;
  }
  const text = texts.intern(bytes, p, e);
  asFrame(scan, text, bytes, p, e);
  sequences.add(text);
};

const close = (scan: Scan, flag: number): void => {
  scan.records.close(scan.sequences.close(), flag);
  scan.inBlock = false;
};

const head = (scan: Scan, bytes: Uint8Array, p: number, e: number, flag: number, time: TimeAt | undefined): void => {
  const { texts, records } = scan;
  scan.inBlock = true;
  if (time === undefined) {
    records.head(texts.intern(bytes, p, e), NONE, flag | UNSPLIT, 0n);
    return;
  }
  const { headEnd, cpu } = cpuBefore(bytes, p, time.start);
  const text = texts.intern(bytes, p, headEnd);
  const splits = (scan.split[text] ??= scan.options.decomposes(texts.text(text)));
  const nanos = digits(bytes, time.dot + 1, time.end) * 10 ** (10 - (time.end - time.dot));
  records.time(digits(bytes, time.start, time.dot), nanos, cpu ?? 0);
  if (!splits) {
    records.head(texts.intern(bytes, p, e), NONE, flag | HAS_TIME | UNSPLIT, 0n);
    return;
  }
  const { tail, period } = periodAfter(bytes, time.end, e);
  const flags = flag | HAS_TIME | (cpu === undefined ? 0 : HAS_CPU) | (period === undefined ? 0 : HAS_PERIOD);
  records.head(text, texts.intern(bytes, tail, e), flags, period ?? 0n);
};

const asFrame = (scan: Scan, text: number, bytes: Uint8Array, p: number, e: number): void => {
  const { frameOf, texts, places, options } = scan;
  if ((frameOf[text] ?? 0) !== 0) return;
  frameOf[text] = NONE;
  const parts = frameParts(bytes, p, e);
  if (parts === undefined) return;
  const { name, nameEnd, dso, dsoEnd } = parts;
  if (options.keepUnknown && UNKNOWN.equals(bytes.subarray(name, nameEnd))) return;
  frameOf[text] = places.code(texts.intern(bytes, name, nameEnd), texts.intern(bytes, dso, dsoEnd)) + 1;
};

const scriptText = (scan: Scan, cut: number): ScriptText => ({
  texts: scan.texts,
  records: scan.records.table(),
  get stacks() {
    return scan.sequences.size;
  },
  get bounds() {
    return scan.sequences.bounds.subarray(0, scan.sequences.size + 1);
  },
  get lines() {
    return scan.sequences.items.subarray(0, scan.sequences.bounds[scan.sequences.size]);
  },
  get frameOf() {
    return Uint32Array.from({ length: scan.texts.size }, (_, id) => scan.frameOf[id] ?? 0);
  },
  get frames() {
    return scan.places.size;
  },
  get frameName() {
    return scan.places.a.subarray(0, scan.places.size);
  },
  get frameDso() {
    return scan.places.b.subarray(0, scan.places.size);
  },
  comments: Uint32Array.from(scan.comments),
  cut,
  stackOf(ids) {
    for (const id of ids) scan.sequences.add(id);
    return scan.sequences.close();
  },
  asFrame(text) {
    const bytes = Buffer.from(scan.texts.text(text), 'latin1');
    asFrame(scan, text, bytes, 0, bytes.length);
  },
});
