import { isValid, type ColumnData, type ColumnDoc, type NumberColumn, type Table } from './column.ts';
import { exactAt } from './exact.ts';
import { rowsWhere } from './filter.ts';
import { groupMembers, groupRows } from './group.ts';
import { mapColumns, takeColumn } from './take.ts';
import { keyColumns, numbersNamed, timeColumns } from './time.ts';
import { validWhere } from './validity.ts';

/** Intervals of series: each from row `before` to row `after` of the table, `seconds` long. */
interface Steps {
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  readonly seconds: Float64Array;
  /** 1 if the series has no row in some of the host's samples between: the device or CPU was removed and came back. */
  readonly away: Uint8Array;
}

/** Rows in order of time; sorted only if they are not, which is rare. */
const inTime = (rows: Uint32Array, { values }: NumberColumn): Uint32Array => {
  for (let i = 1; i < rows.length; i++) {
    if ((values[rows[i] as number] as number) < (values[rows[i - 1] as number] as number)) {
      return rows.slice().sort((a, b) => (values[a] as number) - (values[b] as number));
    }
  }
  return rows;
};

/** For each row the index of its sample among all sample times of its host. */
const sampleNumbers = (table: Table, time: NumberColumn): Uint32Array => {
  const hosts = groupRows(table, 'host' in table.data ? ['host'] : []);
  const { start, rows } = groupMembers(hosts);
  const numbers = new Uint32Array(table.size);
  for (let h = 0; h < hosts.count; h++) {
    let number = 0;
    let last: number | undefined;
    for (const row of inTime(rows.subarray(start[h], start[h + 1]), time)) {
      const now = time.values[row] as number;
      if (last !== undefined && now !== last) number++;
      numbers[row] = number;
      last = now;
    }
  }
  return numbers;
};

/** For each row the previous row of its series, -1 if there is none. */
const rowsBefore = (table: Table, time: NumberColumn): Int32Array => {
  const series = groupRows(table, keyColumns(table));
  const { start, rows } = groupMembers(series);
  const before = new Int32Array(table.size).fill(-1);
  for (let s = 0; s < series.count; s++) {
    const all = rows.subarray(start[s], start[s + 1]);
    const own = inTime(time.valid === undefined ? all : all.filter((row) => isValid(time.valid, row)), time);
    for (let i = 1; i < own.length; i++) {
      const [from, to] = [own[i - 1] as number, own[i] as number];
      if ((time.values[to] as number) > (time.values[from] as number)) before[to] = from;
    }
  }
  return before;
};

/** Pairs each row with the previous one of its series, in the order of the rows. */
const steps = (table: Table, time: NumberColumn): Steps => {
  const previous = rowsBefore(table, time);
  const samples = sampleNumbers(table, time);
  const after = rowsWhere(table.size, (row) => (previous[row] as number) >= 0);
  const before = after.map((row) => previous[row] as number);
  const seconds = new Float64Array(after.length);
  const away = new Uint8Array(after.length);
  for (let i = 0; i < after.length; i++) {
    const [from, to] = [before[i] as number, after[i] as number];
    seconds[i] = (time.values[to] as number) - (time.values[from] as number);
    away[i] = (samples[to] as number) - (samples[from] as number) > 1 ? 1 : 0;
  }
  return { before, after, seconds, away };
};

const defaultWrap = (unit: string): number => (unit === 's' ? 2 ** 32 / 1000 : 2 ** 32);

/**
 * How much a counter grew. If it fell from the last quarter of its range to the first, it wrapped; if it fell otherwise
 * (driver reloaded, device replaced, iowait corrected), the growth is unknown: NaN.
 */
const growth = (before: number, after: number, wrap: number): number => {
  if (after >= before) return after - before;
  const wrapped = before <= wrap && before > wrap * 0.75 && after < wrap * 0.25;
  return wrapped ? after + wrap - before : NaN;
};

const LARGEST = 2n ** 64n;

/** The same for counters above 2 ** 53: subtracted exactly, then rounded. */
const exactGrowth = (before: bigint, after: bigint): number => {
  if (after >= before) return Number(after - before);
  const wrapped = before > (LARGEST / 4n) * 3n && after < LARGEST / 4n;
  return wrapped ? Number(after + LARGEST - before) : NaN;
};

const ratesOf = (column: NumberColumn, doc: ColumnDoc, { before, after, seconds, away }: Steps): NumberColumn => {
  const wrap = doc.wrap ?? defaultWrap(doc.unit);
  const values = new Float64Array(after.length);
  for (let i = 0; i < values.length; i++) {
    const [from, to] = [before[i] as number, after[i] as number];
    const known = away[i] === 0 && isValid(column.valid, from) && isValid(column.valid, to);
    if (!known) values[i] = NaN;
    else {
      const grown = column.exact
        ? exactGrowth(exactAt(column, from) ?? 0n, exactAt(column, to) ?? 0n)
        : growth(column.values[from] as number, column.values[to] as number, wrap);
      values[i] = grown / (seconds[i] as number);
    }
  }
  const valid = validWhere(values.length, (i) => !Number.isNaN(values[i]));
  return valid === undefined ? { kind: 'number', values } : { kind: 'number', values, valid };
};

/** The unit of a counter's rate: seconds per second are a fraction, counts per second are 1/s. */
export const unitPerSecond = (unit: string): string => {
  if (unit === 's') return '1';
  return unit === 'count' || unit === '' || unit === '1' ? '1/s' : `${unit}/s`;
};

const rateDocs = (table: Table, start: string, span: string): Record<string, ColumnDoc> => {
  const docs: Record<string, ColumnDoc> = {};
  for (const [name, doc] of Object.entries(table.docs)) {
    const { counter, wrap: _, ...rest } = doc;
    docs[name] = counter ? { ...rest, unit: unitPerSecond(doc.unit), doc: `${doc.doc} Per second.` } : rest;
    if (name === start)
      docs[span] = { unit: 's', span: true, doc: 'Length of the interval that the rates are computed over.' };
  }
  return docs;
};

/**
 * Turns counters into rates: one row per interval between two samples of a series (the `key` columns), which begins at `t`
 * and lasts `seconds`. Counters become differences per second, other columns keep the value at the interval's end. After a
 * reset, or if the series had no row in between, the rate is absent: never negative, never a guess. A table without
 * counters or without time is returned unchanged.
 */
export const rates = (table: Table): Table => {
  const time = timeColumns(table);
  const start = numbersNamed(table, time?.start);
  if (time === undefined || start === undefined || !Object.values(table.docs).some((doc) => doc.counter)) return table;
  const taken = steps(table, start);
  const span = time.span ?? 'seconds';
  const atEnd = (column: ColumnData, name: string): ColumnData => {
    const doc = table.docs[name];
    if (name === time.start) return takeColumn(column, taken.before);
    return doc?.counter && column.kind === 'number' ? ratesOf(column, doc, taken) : takeColumn(column, taken.after);
  };
  const { data } = mapColumns(table, taken.after.length, atEnd);
  return {
    size: taken.after.length,
    docs: rateDocs(table, time.start, span),
    data: { ...data, [span]: { kind: 'number', values: taken.seconds } },
  };
};
