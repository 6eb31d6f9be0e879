import { isValid, type Table } from '../columns/column.ts';
import { groupMembers, groupRows } from '../columns/group.ts';
import { keyColumns } from '../columns/time.ts';
import type { BarsPlot } from '../mime.ts';
import { chartView } from './chart.ts';
import { fitText } from './font.ts';
import { roundUp } from './labels.ts';
import type { Spec } from './picture.ts';
import { addsUp, asNumbers } from './series.ts';
import { FAINT, footOf, INK, SERIES } from './style.ts';
import type { Telling } from './table.ts';
import { columnTitle, nameOf } from './titles.ts';
import { formatValue, scaleFor } from './units.ts';
import type { Shown } from './view.ts';

export interface BarOptions {
  readonly y: string;
  readonly by: string | undefined;
  readonly top: number | undefined;
}

interface Bar {
  readonly name: string;
  readonly value: number;
}

const WIDTH = 420;
const STEP = 20;

/** Amounts are summed over time; rates and shares cannot be summed, so their bars are means. */
const isAmount = (unit: string): boolean => unit === 's' || (addsUp(unit) && !unit.includes('/'));

/** The columns that name a row: its keys, else up to two text columns, else none (the row number is used). */
const namesOf = (table: Table, y: string): string[] => {
  const keys = keyColumns(table).filter((name) => name !== y);
  return keys.length > 0
    ? keys
    : Object.keys(table.data)
        .filter((name) => table.data[name]?.kind === 'text')
        .slice(0, 2);
};

const barsOf = (table: Table, { y, by }: BarOptions): Bar[] => {
  const column = asNumbers(table.data[y]);
  const amount = isAmount(table.docs[y]?.unit ?? '');
  if (column === undefined) return [];
  const names = by === undefined ? namesOf(table, y) : [by];
  const value = (rows: Uint32Array): number => {
    const present = rows.filter((row) => isValid(column.valid, row));
    const sum = present.reduce((total, row) => total + (column.values[row] as number), 0);
    return amount ? sum : sum / present.length;
  };
  if (by === undefined) {
    return Array.from({ length: table.size }, (_, i) => ({
      name: nameOf(table, names, i) || `row ${i + 1}`,
      value: value(Uint32Array.of(i)),
    }));
  }
  const groups = groupRows(table, names);
  const { start, rows } = groupMembers(groups);
  return Array.from(groups.first, (first, g) => ({
    name: nameOf(table, names, first),
    value: value(rows.subarray(start[g], start[g + 1])),
  }));
};

/** The highest bars; for amounts, the rest becomes one bar "N others". */
const topOf = (bars: readonly Bar[], most: number, amount: boolean): Bar[] => {
  const sorted = bars.filter(({ value }) => Number.isFinite(value)).sort((a, b) => b.value - a.value);
  const rest = sorted.slice(most);
  const other = { name: `${rest.length} others`, value: rest.reduce((sum, { value }) => sum + value, 0) };
  return [...sorted.slice(0, most), ...(rest.length > 0 && amount ? [other] : [])];
};

interface Drawn {
  readonly bars: readonly Bar[];
  readonly unit: string;
  readonly y: string;
  /** Title of the column whose values are the bars. */
  readonly by: string;
  readonly top: number;
  readonly how: string;
}

const specOf = ({ bars, unit, y, by, top, how }: Drawn): Spec => {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const least = Math.min(0, ...bars.map(({ value }) => value));
  const { factor } = scaleFor(unit, most);
  const scale = { domain: [least * factor, roundUp(most * factor)], nice: false };
  const x = { field: 'v', type: 'quantitative', axis: null, scale };
  const text = (field: string) => ({ field, type: 'nominal' });
  const bar = {
    mark: { type: 'bar', height: 12, cornerRadiusEnd: 1 },
    encoding: {
      x,
      color: { condition: { test: `datum.n >= ${top}`, value: FAINT }, value: SERIES[0] },
      tooltip: [
        { ...text('s'), title: by },
        { ...text('f'), title: y },
      ],
    },
  };
  const label = { fontSize: 11, color: INK };
  return {
    width: WIDTH,
    height: { step: STEP },
    data: {
      values: bars.map(({ name, value }, n) => ({
        n,
        s: fitText(name, 240, 11),
        v: Number((value * factor).toPrecision(6)),
        f: formatValue(value, unit),
      })),
    },
    encoding: { y: { field: 'n', type: 'ordinal', axis: null } },
    layer: [
      bar,
      {
        mark: { ...label, type: 'text', align: 'right', dx: -8, limit: 400 },
        encoding: { x: { value: 0 }, text: text('s') },
      },
      { mark: { ...label, type: 'text', align: 'left', dx: 6 }, encoding: { x, text: text('f') } },
      ...footOf(how, WIDTH + 120, bars.length * STEP + 12),
    ],
  };
};

/** The bars as fractions of the width, which spans the least to the greatest value. */
const plotOf = ({ bars, unit, top }: Drawn): BarsPlot => {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const least = Math.min(0, ...bars.map(({ value }) => value));
  const share = (value: number): number => Number(((value - least) / (most - least || 1)).toFixed(4));
  return {
    kind: 'bars',
    bars: bars.map(({ name, value }, n) => ({
      name,
      from: share(Math.min(0, value)),
      to: share(Math.max(0, value)),
      text: formatValue(value, unit),
      ...(n >= top ? { rest: true } : {}),
    })),
  };
};

/** One sentence: what the bars show, and the highest bar with its value and its share of the sum. */
const sentence = (table: Table, { y, by }: BarOptions, all: readonly Bar[], first: Bar | undefined): string => {
  const unit = table.docs[y]?.unit ?? '';
  const title = columnTitle(y, table.docs[y]);
  if (first === undefined) return `${title}: no value to draw.`;
  const amount = isAmount(unit);
  const what =
    by === undefined ? title : `${amount ? 'Sum of' : 'Mean'} ${title} by ${columnTitle(by, table.docs[by])}`;
  const whole = all.reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0);
  const share = amount && whole > 0 && all.length > 1 ? ` (${formatValue(first.value / whole, '1')} of the sum)` : '';
  const of = all.length === 1 ? '' : `; the highest of ${all.length}`;
  return `${what}: ${first.name} has ${formatValue(first.value, unit)}${share}${of}.`;
};

/**
 * A column as horizontal bars, largest first, each with its value: the sum for amounts, the mean for rates and shares.
 */
export const barView = (table: Table, options: BarOptions, telling: Telling): Shown => {
  const { y, by, top = 20 } = options;
  const unit = table.docs[y]?.unit ?? '';
  const all = barsOf(table, options);
  const bars = topOf(all, top, isAmount(unit) && by !== undefined);
  const drawn: Drawn = { bars, unit, y: columnTitle(y, table.docs[y]), by: by ?? 'row', top, how: telling.how };
  const frame = { say: sentence(table, options, all, bars[0]), axis: [], width: WIDTH + 120 };
  return chartView({ plot: plotOf(drawn), spec: specOf(drawn) }, frame, telling);
};
