/** How numbers of an axis or a column are written: multiplied by `factor`, followed by `label` as the unit. */
export interface Scale {
  readonly factor: number;
  readonly label: string;
}

const IEC = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const SI = ['', ' k', ' M', ' G', ' T'] as const;

const TIMES: readonly (readonly [number, string])[] = [
  [1e-9, 'ns'],
  [1e-6, 'µs'],
  [1e-3, 'ms'],
  [1, 's'],
  [60, 'min'],
  [3600, 'h'],
];

/** The largest unit in which `size` is at least 1. */
const step = (size: number, base: number, steps: number): number =>
  size < base ? 0 : Math.min(steps - 1, Math.floor(Math.log(size) / Math.log(base) + 1e-9));

const timeScale = (exact: number): Scale => {
  // Compare the rounded value: 999.8 ms is written as 1 s, not as 1,000 ms.
  const size = Number(exact.toPrecision(3));
  // Seconds stay seconds up to ten minutes: "93 s" reads faster than "1.55 min".
  const fits = TIMES.filter(([seconds]) => size >= seconds * (seconds > 1 ? 10 : 1));
  const [seconds, label] = (size === 0 ? TIMES[3] : (fits.at(-1) ?? TIMES[0])) ?? [1, 's'];
  return { factor: 1 / seconds, label };
};

/**
 * The scale for values up to `most` in a column's unit: bytes by 1,024 (KiB, MiB), seconds from ns to h, fractions as
 * percent, others by thousands if they are large.
 */
export const scaleFor = (unit: string, most: number): Scale => {
  const size = Math.abs(most);
  const [base = '', per] = unit.split('/');
  const suffix = per === undefined ? '' : `/${per}`;
  if (base === 'B') {
    const i = step(size, 1024, IEC.length);
    return { factor: 1 / 1024 ** i, label: `${IEC[i] ?? 'B'}${suffix}` };
  }
  if (unit === 's') return timeScale(size);
  if (unit === '1') return { factor: 100, label: '%' };
  if (unit === 'id' || unit === '') return { factor: 1, label: '' };
  const i = size < 1e5 ? 0 : step(size, 1000, SI.length);
  const name = base === 'count' || base === '1' ? '' : base;
  return { factor: 1 / 1000 ** i, label: `${SI[i] ?? ''}${name === '' ? '' : ` ${name}`}${suffix}`.trim() };
};

/** A number with three significant digits and thousands separators; integers stay integers. */
export const threeDigits = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
};

/** A value with its unit for a sentence or a cell: '41.2 ms', '1.5 GiB', '97.3 %'. */
export const formatValue = (value: number, unit: string): string => {
  if (unit === 'id') return String(value);
  const { factor, label } = scaleFor(unit, value);
  const number = threeDigits(value * factor);
  return label === '' || label.startsWith('/') ? `${number}${label}` : `${number} ${label}`;
};
