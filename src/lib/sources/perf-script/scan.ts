import { internPairs } from '../../stacks/intern.ts';
import { cpuBefore, digits, periodAfter, timeIn } from './scan-head.ts';
import type { TimeAt } from './scan-head.ts';
import { growRecords } from './scan-records.ts';
import { frameParts } from './scan-frame.ts';
import { internSequences } from './scan-stacks.ts';
import { internTexts } from '../../stacks/texts.ts';
import { CONTINUED, HAS_CPU, HAS_PERIOD, HAS_TIME, NONE, OPEN, UNSPLIT } from './script-text.ts';
import type { ScanOptions, Scanner } from './script-text.ts';
import { splitLines } from '../../stacks/lines.ts';

const [HASH, TAB, COMMENTS] = [35, 9, 4096];

/**
 * The scanner in plain TypeScript: the oracle of the one in src/wasm/script.ts, and what runs where that was not built.
 * Both give equal numbers for equal input.
 */
export const scanPlain = (options: ScanOptions): Scanner => {
  const texts = internTexts();
  const sequences = internSequences();
  const places = internPairs();
  const records = growRecords();
  const frameOf: number[] = [];
  const split = new Map<number, boolean>();
  const comments: number[] = [];
  let inBlock = false;

  const close = (flag: number): void => {
    records.close(sequences.close(), flag);
    inBlock = false;
  };
  const asFrame = (text: number, bytes: Uint8Array, p: number, e: number): void => {
    if ((frameOf[text] ?? 0) !== 0) return;
    const parts = frameParts(bytes, p, e);
    frameOf[text] = NONE;
    if (parts === undefined) return;
    const { name, nameEnd, dso, dsoEnd } = parts;
    if (options.keepUnknown && Buffer.from(bytes.subarray(name, nameEnd)).equals(UNKNOWN)) return;
    frameOf[text] = places.code(texts.intern(bytes, name, nameEnd), texts.intern(bytes, dso, dsoEnd)) + 1;
  };
  const isSplit = (head: number): boolean => {
    const known = split.get(head);
    if (known !== undefined) return known;
    const yes = options.decomposes(texts.text(head));
    split.set(head, yes);
    return yes;
  };
  const head = (bytes: Uint8Array, p: number, e: number, flag: number, time: TimeAt | undefined): void => {
    inBlock = true;
    let flags = flag;
    if (time !== undefined) {
      const { headEnd, cpu } = cpuBefore(bytes, p, time.start);
      const to = texts.intern(bytes, p, headEnd);
      const nanos = digits(bytes, time.dot + 1, time.end) * 10 ** (10 - (time.end - time.dot));
      const yes = isSplit(to);
      records.time(digits(bytes, time.start, time.dot), nanos, cpu ?? 0);
      flags |= HAS_TIME;
      if (yes) {
        const { tail, period } = periodAfter(bytes, time.end, e);
        flags |= (cpu === undefined ? 0 : HAS_CPU) | (period === undefined ? 0 : HAS_PERIOD);
        records.head(to, texts.intern(bytes, tail, e), flags, period ?? 0n);
        return;
      }
    }
    const text = texts.intern(bytes, p, e);
    records.head(text, NONE, flags | UNSPLIT, 0n);
  };
  const line = (bytes: Uint8Array, p: number, e: number): void => {
    if (bytes[p] === HASH) {
      if (comments.length < COMMENTS) comments.push(texts.intern(bytes, p, e));
      return;
    }
    if (!inBlock) {
      head(bytes, p, e, 0, timeIn(bytes, p, e));
      return;
    }
    const time = bytes[p] === TAB ? undefined : timeIn(bytes, p, e);
    if (time !== undefined) {
      close(0);
      head(bytes, p, e, CONTINUED, time);
      return;
    }
    const text = texts.intern(bytes, p, e);
    asFrame(text, bytes, p, e);
    sequences.add(text);
  };
  const lines = splitLines(options, line, () => {
    if (inBlock) close(0);
  });
  return {
    space: lines.space,
    scanned: lines.scanned,
    ended() {
      lines.ended();
      if (inBlock) close(OPEN);
      return {
        texts,
        records: records.table(),
        get stacks() {
          return sequences.size;
        },
        get bounds() {
          return sequences.bounds;
        },
        get lines() {
          return sequences.items;
        },
        get frameOf() {
          return Uint32Array.from({ length: texts.size }, (_, id) => frameOf[id] ?? 0);
        },
        get frames() {
          return places.size;
        },
        get frameName() {
          return places.a;
        },
        get frameDso() {
          return places.b;
        },
        comments: Uint32Array.from(comments),
        cut: lines.cut(),
        stackOf(ids) {
          for (const id of ids) sequences.add(id);
          return sequences.close();
        },
        asFrame(text) {
          const bytes = Buffer.from(texts.text(text), 'latin1');
          asFrame(text, bytes, 0, bytes.length);
        },
      };
    },
  };
};

const UNKNOWN = Buffer.from('[unknown]');
