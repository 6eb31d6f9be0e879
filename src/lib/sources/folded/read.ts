import type { ColumnDoc } from '../../columns/column.ts';
import { splitLines } from '../../stacks/lines.ts';
import { INLINED, JIT, KERNEL, ROOT, UNKNOWN, sampleColumns, unsaid } from '../../stacks/profile.ts';
import type { Profile } from '../../stacks/profile.ts';
import type { ProfileReader } from '../../stacks/reader.ts';
import { buildFrames, buildStacks } from '../../stacks/table.ts';
import { internTexts } from '../../stacks/texts.ts';
import { countsAt } from './counts.ts';

/** Folded stacks as every stackcollapse writes them: `a;b;c 12`, one row per line. Two counts are a difference's. */
export const before = {
  unit: 'count',
  doc: 'The count before, where lines carry two (difffolded.pl); `period` is the count after.',
} as const satisfies ColumnDoc;

const LONGEST_LINE = 4 << 20;
const [HASH, SEMICOLON] = [35, 59];

/** What FlameGraph's tools append to a frame's name. */
const marks: Readonly<Record<string, number>> = { k: KERNEL, j: JIT, i: INLINED };

const flagsOf = (name: string): number =>
  name === '[unknown]' ? UNKNOWN : (marks[/_\[([kji])\]$/.exec(name)?.[1] ?? ''] ?? 0);

/** Rows as they are read. */
interface Rows {
  readonly period: number[];
  readonly before: (number | undefined)[];
  readonly stack: number[];
  bad: number;
  /** Lines that begin with `#` and a blank. */
  comments: number;
}

/** Reads folded stacks, counts whole or fractions. Lines without a count are left out and counted in a warning. */
export const read: ProfileReader = async (source, { onProgress }) => {
  const texts = internTexts();
  const frames = buildFrames();
  const stacks = buildStacks();
  const rows: Rows = { period: [], before: [], stack: [], bad: 0, comments: 0 };
  const ids: number[] = [];
  const frame = (bytes: Uint8Array, from: number, to: number): number => {
    const text = texts.intern(bytes, from, to);
    const known = ids[text];
    if (known !== undefined) return known;
    const name = Buffer.from(texts.text(text), 'latin1').toString('utf8');
    return (ids[text] = frames.frame(name, '', flagsOf(name)));
  };
  const line = (bytes: Uint8Array, from: number, to: number): void => {
    if (bytes[from] === HASH && bytes[from + 1] === 32) {
      rows.comments++;
      return;
    }
    const counts = countsAt(bytes, from, to);
    if (counts === undefined) {
      rows.bad++;
      return;
    }
    let at = ROOT;
    for (let p = from; p <= counts.end;) {
      const next = bytes.indexOf(SEMICOLON, p);
      const end = next < 0 || next > counts.end ? counts.end : next;
      at = stacks.push(at, frame(bytes, p, end));
      p = end + 1;
    }
    rows.stack.push(at);
    rows.period.push(counts.last);
    rows.before.push(counts.first);
  };
  const lines = splitLines({ keepReturns: false, longest: LONGEST_LINE }, line, () => undefined);
  let read = 0;
  for await (const piece of source) {
    lines.space(piece.length).set(piece);
    lines.scanned(piece.length);
    onProgress?.((read += piece.length));
  }
  lines.ended();
  return profile(rows, stacks.table(), frames.table(), lines.cut());
};

const profile = (rows: Rows, stacks: Profile['stacks'], frames: Profile['frames'], cut: number): Profile => {
  const size = rows.period.length;
  const two = rows.before.some((count) => count !== undefined);
  const absent = new Uint8Array((size + 7) >> 3);
  const warnings = [
    ...(rows.bad > 0 ? [`${rows.bad} lines have no count at their end and were left out`] : []),
    ...(cut > 0 ? [`${cut} lines were longer than 4 MB and were cut`] : []),
  ];
  return {
    samples: {
      size,
      data: {
        ...Object.fromEntries(['t', 'cpu', 'pid', 'tid'].map((name) => [name, nothing(size, absent)])),
        comm: { kind: 'text', codes: new Uint8Array(size), names: [], valid: absent },
        event: { kind: 'text', codes: new Uint8Array(size), names: [], valid: absent },
        period: { kind: 'number', values: Float64Array.from(rows.period) },
        stack: { kind: 'number', values: Uint32Array.from(rows.stack) },
        ...(two ? { before: { kind: 'number', values: Float64Array.from(rows.before, (count) => count ?? 0) } } : {}),
      },
      docs: two ? { ...sampleColumns, before } : sampleColumns,
    },
    stacks,
    frames,
    lost: { records: 0, samples: 0 },
    meta: { ...unsaid, format: 'folded' },
    warnings,
  };
};

const nothing = (size: number, valid: Uint8Array): { kind: 'number'; values: Float64Array; valid: Uint8Array } => ({
  kind: 'number',
  values: new Float64Array(size),
  valid,
});
