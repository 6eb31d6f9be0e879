import type { ColumnDoc } from '../../columns/column.ts';
import { FridayError } from '../../errors.ts';
import { sampleColumns, unsaid } from '../../stacks/profile.ts';
import type { Profile } from '../../stacks/profile.ts';
import type { ProfileReader } from '../source.ts';
import { hasWasm, ranOut } from '../../bytes/wasm.ts';
import { foldedWasm } from './read-wasm.ts';
import type { FoldedReader, FoldedRows } from './lines.ts';
import { foldedTs } from './read-ts.ts';

/**
 * Folded stacks as the stackcollapse scripts write them: `a;b;c 12`, one row per line. Lines with two counts are a
 * difference.
 */
export const before = {
  unit: 'count',
  doc: 'The count before, where lines carry two (difffolded.pl); `period` is the count after.',
} as const satisfies ColumnDoc;

const tooMany = (cause: unknown): unknown =>
  ranOut(cause)
    ? new FridayError('input', 'folded stacks: expected lines that fit into 4 GB of memory, got more', {
        next: "Give a part of them (head -c 1G FILE), or leave out rare stacks first: awk '$NF > 1' FILE",
        cause,
      })
    : cause;

/**
 * Reads folded stacks; counts may be whole numbers or fractions. Lines without a count are left out and counted in a
 * warning.
 */
export const readWith =
  (start: () => FoldedReader): ProfileReader =>
  async (source, { onProgress }) => {
    const reader = start();
    let read = 0;
    try {
      for await (const piece of source) {
        reader.add(piece);
        onProgress?.((read += piece.length));
      }
      return profile(reader.rows());
    } catch (error) {
      throw tooMany(error);
    }
  };

/** Reads with WASM where it was built. */
export const read: ProfileReader = (source, options) => readWith(hasWasm() ? foldedWasm : foldedTs)(source, options);

const profile = ({ period, before: firsts, stack, stacks, frames, bad, cut }: FoldedRows): Profile => {
  const size = period.length;
  const absent = new Uint8Array((size + 7) >> 3);
  const warnings = [
    ...(bad > 0 ? [`${bad} lines have no count at their end and were left out`] : []),
    ...(cut > 0 ? [`${cut} lines were longer than 4 MB and were cut`] : []),
  ];
  const two = firsts.size > 0;
  const first = new Float64Array(two ? size : 0);
  for (const [row, count] of firsts) first[row] = count;
  return {
    samples: {
      size,
      data: {
        ...Object.fromEntries(['t', 'cpu', 'pid', 'tid'].map((name) => [name, nothing(size, absent)])),
        comm: { kind: 'text', codes: new Uint8Array(size), names: [], valid: absent },
        event: { kind: 'text', codes: new Uint8Array(size), names: [], valid: absent },
        period: { kind: 'number', values: period },
        stack: { kind: 'number', values: stack },
        ...(two ? { before: { kind: 'number', values: first } } : {}),
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

const nothing = (size: number, valid: Uint8Array): { kind: 'number'; values: Uint8Array; valid: Uint8Array } => ({
  kind: 'number',
  values: new Uint8Array(size),
  valid,
});
