import type { ColumnDoc } from '../../columns/column.ts';
import { plainBytes } from '../../stacks/plain-bytes.ts';
import { peek } from '../../stacks/peek.ts';
import { recognise } from '../../stacks/recognise.ts';
import type { FileDecoder } from '../decoders.ts';
import { growRows } from '../grow-rows.ts';
import { jsonRows } from './json-rows.ts';
import { textRows } from './text-rows.ts';

/** One value that bpftrace printed. */
export interface PrintedRow {
  readonly map: string;
  readonly kind: 'value' | 'stats' | 'hist' | 'tseries' | 'printf';
  readonly key?: string | undefined;
  readonly field?: string | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly time?: string | undefined;
  readonly value?: number | undefined;
  readonly text?: string | undefined;
}

const columns = {
  map: { unit: '', doc: "The map's name with its @; empty for printf.", key: true },
  kind: { unit: '', doc: 'value, stats, hist (hist and lhist buckets), tseries or printf.' },
  key: { unit: '', doc: 'The key, its parts divided by ", "; a stack innermost first, divided by ";".', key: true },
  field: { unit: '', doc: 'Of stats: count, average or total.' },
  low: { unit: 'count', doc: 'The smallest value that the bucket holds; absent without a lower bound.' },
  high: { unit: 'count', doc: 'The largest value that the bucket holds; absent without an upper bound.' },
  time: { unit: '', doc: 'Where the interval of a time series starts, as printed.' },
  value: { unit: 'count', doc: 'The value: of a bucket, how many fell into it.' },
  text: { unit: '', doc: 'What printf printed, or a value that is no number.' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** Whatever bpftrace prints at its end: maps, histograms, time series; text or `-f json`. One row per value or bucket. */
export const bpftrace: FileDecoder = {
  name: 'bpftrace',
  doc: 'Maps, histograms, time series and printf lines of bpftrace, as text or by -f json.',
  from: 'https://github.com/bpftrace/bpftrace/blob/master/docs/language.adoc',
  columns,
  async decode(bytes) {
    const { head, whole } = await peek(await plainBytes(bytes), 65_536);
    const rows = recognise(head) === 'bpftrace-json' ? jsonRows(whole) : textRows(whole);
    const table = growRows(columns, () => undefined);
    let left = 0;
    for await (const row of rows) {
      if (row === undefined) left++;
      else table.push({ ...row });
    }
    const warnings =
      left > 0 ? [{ say: `bpftrace: ${left} lines are neither a map nor a histogram and were left out` }] : [];
    return { table: table.table(), warnings };
  },
};
