import type { Heat } from '../columns/bin.ts';
import type { HeatPlan } from './heat-plan.ts';
import { timeTitle } from './style.ts';
import { scaleFor } from './units.ts';

/** Labels of a logarithmic time axis carry their own units: 100 µs, 1 ms, 10 ms. */
const LOG_SECONDS =
  "datum.value < 0.9999e-6 ? format(datum.value * 1e9, '~g') + ' ns' : datum.value < 0.9999e-3 ? format(datum.value * 1e6, '~g') + ' µs' : " +
  "datum.value < 0.9999 ? format(datum.value * 1e3, '~g') + ' ms' : format(datum.value, '~g') + ' s'";

/** Labels for other units: 0.3 instead of 300m. */
const LOG_NUMBERS = "format(datum.value, datum.value < 1 ? '~r' : '~s')";

/** Powers of ten within the range; with few of them, also 2 and 5 times each. */
export const logTicks = (low: number, high: number): number[] => {
  const decades = Math.log10(high / low);
  const steps = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(1)));
  }
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
};

/** The range of the time axis; one second long if all times are equal or there are none. */
const timeEnds = ({ from, to }: HeatPlan): [number, number] => {
  if (!Number.isFinite(from)) return [0, 1];
  return [from, to > from ? to : from + 1];
};

/**
 * Both axes for PNG and SVG: logarithmic axes count in the column's own unit, linear ones in a unit that suits the
 * highest value.
 */
export const axesOf = (plan: HeatPlan, cells: Heat, unit: string, from: Date) => {
  const seconds = plan.doubling && unit === 's';
  const factor = seconds ? 1 : scaleFor(unit, plan.high).factor;
  const ends = [(cells.y[0] ?? 0) * factor, (cells.y.at(-1) ?? 1) * factor] as const;
  const y = plan.doubling
    ? {
        scale: { type: 'log', domain: ends, nice: false },
        axis: {
          title: null,
          grid: false,
          values: logTicks(...ends),
          labelExpr: seconds ? LOG_SECONDS : LOG_NUMBERS,
        },
      }
    : { scale: { domain: ends, nice: false }, axis: { title: null, grid: false, tickCount: 5, format: ',~f' } };
  return {
    factor,
    x: {
      type: 'quantitative',
      scale: { domain: timeEnds(plan), nice: false },
      axis: { title: timeTitle(from), tickCount: 8 },
    },
    y: { type: 'quantitative', ...y },
  };
};
