import type { ColumnDoc } from '../../columns/column.ts';
import { FridayError } from '../../errors.ts';
import { unpack } from '../../bytes/unpack.ts';
import { peek } from '../../bytes/peek.ts';
import { recognise } from '../recognise.ts';
import type { FileDecoder } from '../source.ts';
import { growRows } from '../grow-rows.ts';
import { leftLines } from '../left-lines.ts';
import type { Warning } from '../source.ts';
import { newComplaints, quoted } from '../warnings.ts';
import { jsonRows } from './json-rows.ts';
import type { Printed } from './printed.ts';
import { textRows } from './text-rows.ts';

const columns = {
  map: { unit: '', doc: "The map's name with its @; empty for printed text and for print() of a value.", key: true },
  kind: {
    unit: '',
    doc: 'value, stats, hist (a bucket of hist or lhist), tseries (an interval), or printf (printed text).',
  },
  key: { unit: '', doc: 'The key, its parts separated by ", "; a stack innermost first, separated by ";".', key: true },
  field: {
    unit: '',
    doc: 'stats: count, average or total; record: its field; tuple or array: the index; nested: a path such as d.0.',
    key: true,
  },
  low: { unit: 'count', doc: 'The smallest value that the bucket holds; absent without a lower bound.' },
  high: { unit: 'count', doc: 'The largest value that the bucket holds; absent without an upper bound.' },
  time: {
    unit: '',
    doc: 'tseries: start of the interval; other rows: the last time of day that was printed before or in the row.',
  },
  before: { unit: '', doc: 'The last line of text printed before this value, such as a time stamp or a title.' },
  value: { unit: 'count', doc: 'The number; for a bucket, how many values it holds.' },
  text: { unit: '', doc: 'Printed text, or a value that is not a number; a stack innermost first, separated by ";".' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

const EXPECTED = 'a map, a histogram, a time series or printed text';

/**
 * Output of bpftrace (maps, histograms, time series, printed text), as text or by `-f json`. One row per value or
 * bucket.
 */
export const bpftrace: FileDecoder = {
  name: 'bpftrace',
  doc: 'Maps, histograms, time series and printed lines of bpftrace, as text or by -f json.',
  from: 'https://github.com/bpftrace/bpftrace/blob/master/docs/language.md',
  columns,
  async decode(bytes) {
    const { head, whole } = await peek(await unpack(bytes), 65_536);
    const isJson = recognise(head) === 'bpftrace-json';
    const { table, warnings, maps } = await collect(isJson ? jsonRows(whole) : textRows(whole));
    if (!isJson && maps === 0 && !ATTACHED.test(textOf(head))) throw notBpftrace(head);
    return { table, warnings };
  },
};

/** The first line that bpftrace prints: it distinguishes printed lines from any other text. */
const ATTACHED = /^(?:Attach(?:ing|ed) \d+ probes?|Lost \d+ events$)/m;

const textOf = (head: Uint8Array): string => (head.includes(0) ? '' : Buffer.from(head).toString('latin1'));

const collect = async (found: AsyncIterable<Printed>) => {
  const table = growRows(columns, () => undefined);
  const left = leftLines('bpftrace', EXPECTED);
  const complaints = newComplaints('bpftrace');
  let [lost, maps] = [0, 0];
  for await (const each of found) {
    if ('row' in each) {
      table.push({ ...each.row });
      if (each.row.map !== '') maps++;
    } else if ('left' in each) left.add(each.left);
    else if ('lost' in each) lost += each.lost;
    else complaints.add(0, `bpftrace wrote: ${quoted(each.said)}`);
  }
  const warnings: Warning[] = [
    ...(lost > 0 ? [{ say: `bpftrace lost ${lost} events: counts and histograms are too small` }] : []),
    ...left.warnings(),
    ...complaints.warnings().map(({ say }) => ({ say })),
  ];
  return { table: table.table(), warnings, maps };
};

const notBpftrace = (head: Uint8Array): FridayError => {
  const first = Buffer.from(head.subarray(0, 200)).toString('utf8').trim().split('\n')[0] ?? '';
  return new FridayError(
    'input',
    `bpftrace: expected a map (@name: value), a histogram or "Attached 1 probe", got ${quoted(first.slice(0, 80))}`,
    { next: 'Give the output of bpftrace. If the program only prints lines, run bpftrace -f json -o FILE.' },
  );
};
