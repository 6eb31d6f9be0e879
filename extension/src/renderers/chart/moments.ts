import type { ChartSeries, LinesPlot } from '../../../../src/lib/mime.ts';
import { valued } from './scale.ts';
import type { TooltipRow } from './tooltip.ts';

/** The CSS class for a line's colour. */
export const colourClass = ({ colour }: ChartSeries): string => (colour === undefined ? 'rest' : `c${colour}`);

/** The index of the point nearest to a time; -1 if the line has none. */
export const nearest = (times: readonly number[], at: number): number => {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && at - (times[low - 1] ?? 0) <= (times[low] ?? Infinity) - at) return low - 1;
  return times.length === 0 ? -1 : low;
};

/** All times at which some line has a point, in order. */
export const momentsOf = (series: readonly ChartSeries[]): number[] =>
  [...new Set(series.flatMap(({ t }) => t))].sort((a, b) => a - b);

/** The values of all lines at a time, largest first. Lines without a point near it are left out. */
export const valuesAt = (plot: LinesPlot, series: readonly ChartSeries[], at: number, near: number): TooltipRow[] =>
  series
    .map((each) => ({ each, i: nearest(each.t, at) }))
    .filter(({ each, i }) => i >= 0 && Math.abs((each.t[i] ?? Infinity) - at) <= near)
    .map(({ each, i }) => ({ each, value: each.y[i] ?? null }))
    .sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity))
    .map(({ each, value }) => ({
      name: each.name === '' ? (plot.y.title.split(/ \(|, /)[0] ?? '') : each.name,
      value: value === null ? 'absent' : valued(value, plot.y.unit),
      colour: colourClass(each),
    }));

/** The longest step between points that is not a gap; beyond it, a line has no value. */
export const usualStep = (moments: readonly number[]): number => {
  const steps = moments.slice(1).map((at, i) => at - (moments[i] ?? at));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length * 0.9)] ?? Infinity;
};
