import { valueAt, type ColumnDoc, type Table } from '../columns/column.ts';
import { rowsWhere } from '../columns/filter.ts';
import { groupMembers, groupRows } from '../columns/group.ts';
import { growTable } from '../columns/grow.ts';
import { heldSpans, overlapping, rowSpans, unite, type Spans } from '../columns/spans.ts';
import { takeRows } from '../columns/take.ts';
import { timeColumns } from '../columns/time.ts';
import { FridayError } from '../errors.ts';
import { clockShift, type Sourced } from './clock.ts';

const HOST: ColumnDoc = { unit: '', doc: 'Which host.', key: true };

const windowDocs = (clock: ColumnDoc['clock']): Record<string, ColumnDoc> => ({
  from: { unit: 's', doc: "Start, in seconds since the recording's start.", clock: clock ?? 'monotonic' },
  to: { unit: 's', doc: "End, in seconds since the recording's start." },
  seconds: { unit: 's', doc: 'Length of the window.', span: true },
});

const needTime = <T>(spans: T | undefined, where: string): T => {
  if (spans !== undefined) return spans;
  throw new FridayError('usage', `${where}: expected rows with a time (a column with a clock), got none`, {
    next: 'Call it before groupby, while rows still have a time.',
  });
};

/** The rows of each host: windows of one host do not apply to another. */
const byHost = (table: Table): { readonly host: string | undefined; readonly rows: Uint32Array }[] => {
  const groups = groupRows(table, 'host' in table.data ? ['host'] : []);
  const { start, rows } = groupMembers(groups);
  const host = table.data['host'];
  return Array.from(groups.first, (first, g) => ({
    host: host === undefined ? undefined : String(valueAt(host, first)),
    rows: rows.subarray(start[g], start[g + 1]),
  }));
};

const pick = ({ from, to }: Spans, rows: Uint32Array): Spans => ({
  from: Float64Array.from(rows, (row) => from[row] as number),
  to: Float64Array.from(rows, (row) => to[row] as number),
});

/** The time ranges that the flagged rows cover, merged where they touch; with several hosts, per host. */
export const windowsOf = (
  table: Table,
  flagged: (i: number) => boolean,
  options: { readonly min?: number; readonly merge?: number },
): Table => {
  const spans = needTime(heldSpans(table), 'windows');
  const start = timeColumns(table)?.start ?? '';
  const docs = windowDocs(table.docs[start]?.clock);
  const hosts = byHost(table);
  const found = growTable('host' in table.data ? { host: HOST, ...docs } : docs);
  for (const { host, rows } of hosts) {
    const { from, to } = unite(pick(spans, rows.filter(flagged)), options);
    from.forEach((begin, i) => {
      const window = { from: begin, to: to[i], seconds: (to[i] as number) - begin };
      found.push(host === undefined ? window : { host, ...window });
    });
  }
  return found.table();
};

const widen = ({ from, to }: Spans, pad: number, shift: number): Spans =>
  unite({ from: from.map((t) => t + shift - pad), to: to.map((t) => t + shift + pad) });

/** Windows as spans: `from` and `to` if the table has them, else the time of each row. */
const windowSpans = (windows: Table): Spans => {
  const { from, to } = windows.data;
  if (from?.kind !== 'number' || to?.kind !== 'number') return needTime(rowSpans(windows), 'during');
  const read = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: windows.size }, (_, i) => values[i] ?? NaN);
  return { from: read(from.values), to: read(to.values) };
};

/** The rows that overlap one of the windows, each extended by `pad` seconds at both ends; with `outside`, the other rows. */
export const rowsDuring = (
  own: Sourced,
  windows: Sourced,
  { pad = 0, outside = false }: { readonly pad?: number; readonly outside?: boolean },
): Table => {
  const where = outside ? 'outside' : 'during';
  const { table } = own;
  const spans = needTime(rowSpans(table), where);
  const { seconds: shift } = clockShift(own, windows, where);
  const all = windowSpans(windows.table);
  const flags = new Uint8Array(table.size);
  const known = byHost(windows.table);
  for (const { host, rows } of byHost(table)) {
    const theirs = known.filter((other) => host === undefined || other.host === undefined || other.host === host);
    const one = widen(pick(all, Uint32Array.from(theirs.flatMap((other) => [...other.rows]))), pad, shift);
    const inside = overlapping(pick(spans, rows), one);
    rows.forEach((row, i) => (flags[row] = inside[i] as number));
  }
  const wanted = outside ? 0 : 1;
  return takeRows(
    table,
    rowsWhere(table.size, (i) => flags[i] === wanted && !Number.isNaN(spans.from[i])),
  );
};
