import type { ChartAxis } from '../../../../src/lib/mime.ts';

/** Converts values to pixels: `from` at the axis's low end, `to` at its high end. */
export const scaleOf = (axis: Pick<ChartAxis, 'low' | 'high' | 'log'>, from: number, to: number) => {
  const place = (value: number): number => (axis.log === true ? Math.log(Math.max(value, Number.MIN_VALUE)) : value);
  const [low, high] = [place(axis.low), place(axis.high)];
  return (value: number): number => from + ((place(value) - low) / (high - low || 1)) * (to - from);
};

const round = (value: number): number => Number(value.toPrecision(12));

/** About `count` round values between the ends of an axis. */
export const roundTicks = (low: number, high: number, count: number): number[] => {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((times) => times * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => round((first + i) * step));
};

/** A number for axes and tooltips: three significant digits, with thousands separators. */
export const digits = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
};

/** A value with its unit. */
export const valued = (value: number, unit: string): string =>
  unit === '' || unit.startsWith('/') ? `${digits(value)}${unit}` : `${digits(value)} ${unit}`;

const TIMES = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
] as const;

/** A value of a logarithmic axis, whose seconds may span many units: 250 µs rather than 0.00025 s. */
export const spelled = (value: number, { unit, log }: ChartAxis): string => {
  if (log !== true || unit !== 's') return valued(value, unit);
  const [size, label] = TIMES.find(([least]) => value >= least * 0.9995) ?? TIMES[3];
  return valued(value / size, label);
};
