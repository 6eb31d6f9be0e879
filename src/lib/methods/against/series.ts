import type { ColumnDoc } from '../../columns/column.ts';
import type { Row } from '../../questions/question.ts';

/** One answer's rows and column docs. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly columns: Readonly<Record<string, ColumnDoc>>;
}

/** How the rows of a question become series that both captures can have; a pid or an inode means nothing on another host. */
export interface Recipe {
  readonly question: string;
  /** Columns whose values name a series. */
  readonly by: readonly string[];
  readonly columns: readonly string[];
  /** Rows that count. */
  readonly where: (row: Row) => boolean;
  /** Whether shares of rows that share a name add up (processes) or are averaged (CPUs). */
  readonly adds: boolean;
  /** A series without a row in an interval was 0 in it: a process that did not run. */
  readonly absentIsZero: boolean;
}

/** The values of one column of one series, an interval each. */
export interface Series {
  readonly name: string;
  readonly column: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** Times of a request cannot be added up; shares of time can where they are of several processes. */
const isMean = (unit: string, adds: boolean): boolean => unit === 's' || (unit === '1' && !adds);

/** The values that name a series; a pid behind a process's name does not. */
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
