import type { AnswerColumn, QuestionName } from '../../questions/rows.ts';
import { estimate, noiseOf, type Estimate } from './noise.ts';
import { recipeOf } from './recipes.ts';
import { seriesOf, type Recipe, type Rows, type Series } from './series.ts';

/** One column of one series in both captures. */
export interface Change {
  readonly question: string;
  /** The process, device or interface; '' if the whole host is one series. */
  readonly name: string;
  readonly column: string;
  readonly unit: string;
  /** Means over the window; undefined if that capture has no such series. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** after - before; the true change lies between `low` and `high` at 99.9 %. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** The change divided by its noise; rows are ordered by it. */
  readonly score: number;
}

/** What differs between two captures. */
export interface Compared {
  /** Changes greater than the noise, the largest relative to it first. */
  readonly differ: readonly Change[];
  /** Number of columns (of all series) that are the same within the noise. */
  readonly same: number;
  /** Series that only one of the two captures has: "disk-activity vdb". */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** Number of columns with too few intervals to estimate their noise. */
  readonly tooShort: number;
}

/** Changes below this share of the sum over all series of the column are ignored. */
const LEAST_SHARE = 0.02;
/** Changes below these are ignored in any case: a percentage point, 0.1 ms, 0.1 task. */
const LEAST: Readonly<Record<string, number>> = {
  '1': 0.01,
  s: 1e-4,
  tasks: 0.1,
  requests: 0.1,
  count: 1,
  'B/s': 1024,
};
/** The same for memory: share of the host's memory. */
const LEAST_MEMORY = 0.005;

const total = (series: readonly Series[], column: string): number =>
  series
    .filter((each) => each.column === column)
    .reduce((sum, { values }) => sum + Math.abs(values.reduce((a, b) => a + b, 0)) / Math.max(1, values.length), 0);

const key = ({ name, column }: Series): string => JSON.stringify([name, column]);

/** The estimate of a series that an interval without rows counts as idle. */
const zero = (like: Estimate): Estimate => ({ mean: 0, error: 0, freedom: like.freedom });

interface Pair {
  readonly recipe: Recipe;
  readonly series: Series;
  readonly before: Series | undefined;
  readonly after: Series | undefined;
  /** Smaller changes of this column are ignored. */
  readonly floor: number;
}

const pairsOf = (recipe: Recipe, before: Rows, after: Rows, memory: number): readonly Pair[] => {
  const [a, b] = [seriesOf(before, recipe), seriesOf(after, recipe)];
  const [had, has] = [new Map(a.map((each) => [key(each), each])), new Map(b.map((each) => [key(each), each]))];
  const floors = new Map(
    recipe.columns.map((column) => [column, LEAST_SHARE * Math.max(total(a, column), total(b, column))]),
  );
  return [...new Map([...a, ...b].map((each) => [key(each), each]))].map(([name, series]) => ({
    recipe,
    series,
    before: had.get(name),
    after: has.get(name),
    floor: Math.max(
      floors.get(series.column) ?? 0,
      series.unit === 'B' ? memory * LEAST_MEMORY : (LEAST[series.unit] ?? 0),
    ),
  }));
};

const changeOf = ({ recipe, series, floor }: Pair, before: Estimate, after: Estimate): Change => {
  const change = after.mean - before.mean;
  const noise = Math.hypot(noiseOf(before, after), floor);
  const { name, column, unit } = series;
  return {
    question: recipe.question,
    name,
    column,
    unit,
    before: before.mean,
    after: after.mean,
    change,
    low: change - noise,
    high: change + noise,
    score: noise === 0 ? 0 : Math.abs(change) / noise,
  };
};

const judged = (pair: Pair): Change | 'only before' | 'only after' | 'too short' => {
  const { recipe, before, after } = pair;
  if (!recipe.absentIsZero && before === undefined) return 'only after';
  if (!recipe.absentIsZero && after === undefined) return 'only before';
  const [had, has] = [before && estimate(before.values), after && estimate(after.values)];
  const [one, other] = [had ?? (before === undefined && has ? zero(has) : undefined), has];
  const later = other ?? (after === undefined && had ? zero(had) : undefined);
  return one === undefined || later === undefined ? 'too short' : changeOf(pair, one, later);
};

const MEMORY: QuestionName = 'memory';
const TOTAL: AnswerColumn<'memory'> = 'total';

/** Memory of the smaller host; 0 if it was not captured. */
const memoryOf = (...captures: readonly Readonly<Record<string, Rows>>[]): number =>
  Math.min(...captures.map((each) => Number(each[MEMORY]?.rows[0]?.[TOTAL] ?? 0)));

const seriesName = ({ recipe, series }: Pair): string => `${recipe.question} ${series.name}`.trim();

/**
 * Compares two captures column by column: means over the window, and the 99.9 % interval of their difference, from
 * blocks of intervals. Takes rows by question; questions that only one capture answered are left out.
 */
export const against = (before: Readonly<Record<string, Rows>>, after: Readonly<Record<string, Rows>>): Compared => {
  const memory = memoryOf(before, after);
  const pairs = Object.keys(before).flatMap((question) => {
    const [one, other] = [before[question], after[question]];
    if (one === undefined || other === undefined) return [];
    const recipe = recipeOf(question, one);
    return recipe === undefined ? [] : pairsOf(recipe, one, other, memory);
  });
  const found = pairs.map((pair) => ({ pair, result: judged(pair) }));
  const changes = found.flatMap(({ result }) => (typeof result === 'object' ? [result] : []));
  const common = new Set(found.filter(({ result }) => typeof result === 'object').map(({ pair }) => seriesName(pair)));
  const named = (what: string): readonly string[] => {
    const names = found.flatMap(({ pair, result }) => (result === what ? [seriesName(pair)] : []));
    return [...new Set(names)].filter((name) => !common.has(name));
  };
  const differ = changes.filter(({ score }) => score > 1).sort((a, b) => b.score - a.score);
  return {
    differ,
    same: changes.length - differ.length,
    onlyBefore: named('only before'),
    onlyAfter: named('only after'),
    tooShort: found.filter(({ result }) => result === 'too short').length,
  };
};
