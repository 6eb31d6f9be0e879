import type { Table } from '../columns/column.ts';
import { timeColumns } from '../columns/time.ts';
import { FridayError } from '../errors.ts';
import { roundUp } from './labels.ts';
import { addsUp, asNumbers, seriesBy, type Series } from './series.ts';
import { fromMoment, SERIES } from './style.ts';
import { formatValue, scaleFor, threeDigits } from './units.ts';

export interface LineOptions {
  readonly y: string;
  /** A line for each value of this column. */
  readonly by: string | undefined;
  /** A panel for each value of this column. */
  readonly each: string | undefined;
  /** When second 0 was. */
  readonly from: Date;
}

/** Lines of one plot at most, since more are a carpet; panels; lines with a colour of their own. */
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
  readonly axis: string;
}

/** Highest panels first, each with its lines; the rest is left out and counted. */
const chosen = (all: readonly Series[], panels: boolean): Series[] => {
  if (!panels) return all.slice(0, LINES);
  const kept = new Set([...new Set(all.map(({ panel }) => panel))].slice(0, PANELS));
  return all.filter(({ panel }) => kept.has(panel)).slice(0, PANELS * COLOURED);
};

/** The value axis: from 0 where nothing is below it; percent end at 100 where they come near. */
const axisEnds = (series: readonly Series[], factor: number, percent: boolean): { low: number; high: number } => {
  const most = Math.max(0, ...series.map(({ peak }) => peak)) * factor;
  const least = series.reduce((min, { y }) => y.reduce((m, v) => (v < m ? v : m), min), 0) * factor;
  if (percent && most > 60 && most <= 100.5 && least >= 0) return { low: 0, high: 100 };
  return { low: least < 0 ? -roundUp(-least) : 0, high: most > 0 ? roundUp(most) : least < 0 ? 0 : 1 };
};

/** What a line chart draws. Throws 'usage' on rows without time. */
export const planOf = (table: Table, { y, by, each }: LineOptions): Plan => {
  const doc = table.docs[y] ?? { unit: '', doc: y };
  const time = asNumbers(table.data[timeColumns(table)?.start ?? '']);
  const values = asNumbers(table.data[y]);
  if (time === undefined || values === undefined) {
    throw new FridayError(
      'usage',
      `line: expected rows with a time (a column with a clock), got ${Object.keys(table.data).join(', ')}`,
      {
        next: 'Use bar(...) for rows without time.',
      },
    );
  }
  const all = seriesBy(table, { time, y: values, by, each }, { together: addsUp(doc.unit) });
  const series = chosen(all, each !== undefined);
  const { factor, label } = scaleFor(doc.unit, Math.max(0, ...series.map(({ peak }) => Math.abs(peak))));
  const ends = axisEnds(series, factor, label === '%');
  const times = series.flatMap(({ t }) => [t[0] ?? 0, t.at(-1) ?? 0]);
  const name = label === '' ? y : `${y} (${label})`;
  return {
    series,
    left: all.length - series.length,
    from: Math.min(...times),
    to: Math.max(...times),
    ...ends,
    factor,
    axis: `${name}${by === undefined ? '' : `, by ${by}`}${each === undefined ? '' : `, a panel per ${each}`}`,
  };
};

/** What mends lines that run up and down between rows of one time. */
const crowding = (series: readonly Series[], by: string | undefined): string => {
  if (!series.some(({ crowded }) => crowded)) return '';
  return by === undefined
    ? '; several rows share one time: { by: column } draws a line for each'
    : '; several rows of one line share one time: group them by time first';
};

/** The highest point of the highest line: whose it is and when. */
const peakOf = ({ panel, name, peak, peakAt, mean }: Series, unit: string): string => {
  const whose = [panel, name].filter((part) => part !== '').join(', ');
  const flat = `mean ${formatValue(mean, unit)}`;
  if (peak === 0 && mean === 0) return `${formatValue(0, unit)} all the time`;
  return `peak ${formatValue(peak, unit)} at ${threeDigits(peakAt)} s (${whose === '' ? flat : `${whose}, ${flat}`})`;
};

/** One sentence that names what is in the picture: how many lines, how long, the peak, whose it is and when. */
export const sentence = (table: Table, { y, by, each, from }: LineOptions, plan: Plan): string => {
  const unit = table.docs[y]?.unit ?? '';
  const top = plan.series[0];
  if (top === undefined) return `${y}: no value to draw.`;
  const start = fromMoment(from, plan.from);
  const lines = plan.series.length + plan.left;
  const what = [each, by].filter((name) => name !== undefined).join(' and ');
  const when =
    plan.to > plan.from
      ? `over ${threeDigits(plan.to - plan.from)} s${start}`
      : `at one moment${start.replace(' from ', ', ')}`;
  const rest = plan.left === 0 ? '' : `; the ${plan.series.length} highest are drawn`;
  return (
    `${y}${what === '' ? '' : ` by ${what} (${lines})`} ${when}: ` +
    `${peakOf(top, unit)}${rest}${crowding(plan.series, by)}.`
  );
};
