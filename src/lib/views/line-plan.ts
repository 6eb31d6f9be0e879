import { valueAt, type Table } from '../columns/column.ts';
import { keyColumns, timeColumns } from '../columns/time.ts';
import { FridayError } from '../errors.ts';
import { roundUp } from './labels.ts';
import { addsUp, asNumbers, seriesBy, type Series } from './series.ts';
import { second, SERIES } from './style.ts';
import { columnTitle, withUnit } from './titles.ts';
import { formatValue, scaleFor } from './units.ts';

export interface LineOptions {
  readonly y: string;
  /** A line for each value of this column; default: a line for each key of the table. */
  readonly by: string | undefined;
  /** A panel for each value of this column. */
  readonly each: string | undefined;
  /** When second 0 was. */
  readonly from: Date;
}

/** Limits: lines per plot (more cannot be told apart), panels, and lines with a colour of their own. */
const LINES = 60;
const PANELS = 24;
const COLOURED = SERIES.length;

/** A chart's lines and the axes that they share. */
export interface Plan {
  readonly series: readonly Series[];
  readonly left: number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly factor: number;
  /** The unit of the values that are drawn. */
  readonly unit: string;
  readonly axis: string;
}

/** The highest panels with their lines; without panels, the highest lines. */
const chosen = (all: readonly Series[], panels: boolean): Series[] => {
  if (!panels) return all.slice(0, LINES);
  const kept = new Set([...new Set(all.map(({ panel }) => panel))].slice(0, PANELS));
  return all.filter(({ panel }) => kept.has(panel)).slice(0, PANELS * COLOURED);
};

/** The range of the value axis: it starts at 0 unless values are negative; percentages above 60 end at 100. */
const axisEnds = (series: readonly Series[], factor: number, percent: boolean): { low: number; high: number } => {
  const most = Math.max(0, ...series.map(({ peak }) => peak)) * factor;
  const least = series.reduce((min, { y }) => y.reduce((m, v) => (v < m ? v : m), min), 0) * factor;
  if (percent && most > 60 && most <= 100.5 && least >= 0) return { low: 0, high: 100 };
  return { low: least < 0 ? -roundUp(-least) : 0, high: most > 0 ? roundUp(most) : least < 0 ? 0 : 1 };
};

/** Whether a column has more than one value. */
const varies = (table: Table, name: string): boolean => {
  const column = table.data[name];
  if (column === undefined) return false;
  const first = valueAt(column, 0);
  for (let i = 1; i < table.size; i++) if (valueAt(column, i) !== first) return true;
  return false;
};

/** The columns that separate lines, and those that name them: `by`, else the table's keys. */
const linesBy = (table: Table, { y, by, each }: LineOptions): { by: readonly string[]; named: readonly string[] } => {
  if (by !== undefined) return { by: [by], named: [by] };
  const keys = keyColumns(table).filter((name) => name !== y && name !== each && varies(table, name));
  // A process is keyed by pid and start time; readers know it by name and pid.
  const names = keys.filter((name) => name !== 'started');
  const words = names.some((name) => table.docs[name]?.ref === 'pid')
    ? ['name', 'comm'].filter((name) => table.data[name]?.kind === 'text' && !names.includes(name)).slice(0, 1)
    : [];
  return { by: keys, named: [...words, ...names] };
};

const columnsOf = (table: Table, y: string) => {
  const time = asNumbers(table.data[timeColumns(table)?.start ?? '']);
  const values = asNumbers(table.data[y]);
  if (time !== undefined && values !== undefined) return { time, y: values };
  throw new FridayError(
    'usage',
    `line: expected rows with a time (a column with a clock), got ${Object.keys(table.data).join(', ')}`,
    { next: `Use bar(${JSON.stringify(y)}) for rows without time.` },
  );
};

/** What a line chart draws. Throws 'usage' on rows without time. */
export const planOf = (table: Table, options: LineOptions): Plan => {
  const { y, each } = options;
  const doc = table.docs[y] ?? { unit: '', doc: y };
  const { by, named } = linesBy(table, options);
  const all = seriesBy(table, { ...columnsOf(table, y), by, named, each }, { together: addsUp(doc.unit) });
  const series = chosen(all, each !== undefined);
  const { factor, label } = scaleFor(doc.unit, Math.max(0, ...series.map(({ peak }) => Math.abs(peak))));
  const times = series.flatMap(({ t }) => [t[0] ?? 0, t.at(-1) ?? 0]);
  const title = (name: string): string => columnTitle(name, table.docs[name]);
  return {
    series,
    left: all.length - series.length,
    from: Math.min(...times),
    to: Math.max(...times),
    ...axisEnds(series, factor, label === '%'),
    factor,
    unit: label,
    axis:
      withUnit(title(y), label) +
      (named.length === 0 ? '' : `, a line per ${named.map(title).join(' and ')}`) +
      (each === undefined ? '' : `, a panel per ${title(each)}`),
  };
};

/** The advice for lines with several rows at the same time. */
const crowding = (series: readonly Series[]): string =>
  series.some(({ crowded }) => crowded)
    ? ' Several rows of one line share one time: group them by time first, or draw a line for each with { by: column }.'
    : '';

/** One sentence about the highest line: its name, its peak and when, and its mean. */
export const sentence = (table: Table, { y }: LineOptions, { series, left, from, to }: Plan): string => {
  const { unit = '' } = table.docs[y] ?? {};
  const title = columnTitle(y, table.docs[y]);
  const top = series[0];
  if (top === undefined) return `${title}: no value to draw.`;
  const whose = [top.panel, top.name].filter((part) => part !== '').join(', ');
  const subject = whose === '' ? title : `${title}: ${whose}`;
  const drawn = left === 0 ? '' : ` The ${series.length} highest of ${series.length + left} lines are drawn.`;
  const rest = `${drawn}${crowding(series)}`;
  if (top.peak === 0 && top.mean === 0) return `${title}: ${formatValue(0, unit)} all the time.${rest}`;
  const peak = formatValue(top.peak, unit);
  if (!(to > from))
    return `${subject} ${whose === '' ? 'was' : 'had'} ${peak} at the only sample, after ${second(from)}.${rest}`;
  return `${subject} peaked at ${peak} after ${second(top.peakAt)}; its mean is ${formatValue(top.mean, unit)}.${rest}`;
};
