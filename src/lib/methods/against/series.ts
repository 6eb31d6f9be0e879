import type { ColumnDoc } from '../../columns/column.ts';
import type { Row } from '../../questions/question.ts';

/** One answer's rows and column docs. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly columns: Readonly<Record<string, ColumnDoc>>;
}

/** How the rows of a question become series that exist in both captures (a pid or an inode differs between hosts). */
export interface Recipe {
  readonly question: string;
  /** Columns whose values name a series. */
  readonly by: readonly string[];
  readonly columns: readonly string[];
  /** True for rows that count. */
  readonly where: (row: Row) => boolean;
  /** Whether shares of rows with the same name are added (processes) or averaged (CPUs). */
  readonly adds: boolean;
  /** A series without a row in an interval counts as 0 there: the process did not run. */
  readonly absentIsZero: boolean;
}

/** The values of one column of one series, one per interval. */
export interface Series {
  readonly name: string;
  readonly column: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** Request times are averaged; shares of time are added only if they are of several processes. */
const isMean = (unit: string, adds: boolean): boolean => unit === 's' || (unit === '1' && !adds);

/** The values that name a series; the pid behind a process's name is removed. */
const label = (row: Row, by: readonly string[]): string =>
  by
    .map((name) => String(row[name] ?? '').replace(/ \(\d+\)$/, ''))
    .filter((value) => value !== '')
    .join(' ');

interface Sum {
  sum: number;
  count: number;
}

/** Value by time for one series and column. */
const collect = (rows: readonly Row[], { by, where }: Recipe, column: string) => {
  const found = new Map<string, Map<number, Sum>>();
  for (const row of rows) {
    const [t, value] = [row['t'], row[column]];
    if (typeof t !== 'number' || typeof value !== 'number' || !Number.isFinite(value) || !where(row)) continue;
    const name = label(row, by);
    const times = found.get(name) ?? new Map<number, Sum>();
    found.set(name, times);
    const at = times.get(t) ?? { sum: 0, count: 0 };
    times.set(t, { sum: at.sum + value, count: at.count + 1 });
  }
  return found;
};

/** Every series of an answer, by its name and column. */
export const seriesOf = ({ rows, columns }: Rows, recipe: Recipe): readonly Series[] => {
  const times = [...new Set(rows.map(({ t }) => t))].filter((t) => typeof t === 'number').sort((a, b) => a - b);
  return recipe.columns.flatMap((column) => {
    const unit = columns[column]?.unit ?? '';
    return [...collect(rows, recipe, column)].map(([name, found]) => {
      const one = (t: number): number | undefined => {
        const { sum, count } = found.get(t) ?? { sum: 0, count: 0 };
        if (count === 0) return recipe.absentIsZero ? 0 : undefined;
        return isMean(unit, recipe.adds) ? sum / count : sum;
      };
      return { name, column, unit, values: times.map(one).filter((value) => value !== undefined) };
    });
  });
};
