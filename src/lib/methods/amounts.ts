/** True for a share that rounds to 0.0 %. */
export const isZero = (share: number): boolean => share < 0.0005;

/** A share as text: 0.4 %, 12 %; 0 % if it is below 0.05 %. */
export const percent = (share: number): string =>
  `${(share * 100).toFixed(isZero(share) || share >= 0.0095 ? 0 : 1)} %`;

const SCALES = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'us'],
] as const;

/** A time as text: 12 ms, 1.5 s. */
export const duration = (s: number): string => {
  const [scale, unit] = SCALES.find(([least]) => s >= least) ?? SCALES[2];
  const value = s / scale;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
};

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes as text: 1.5 GiB. */
export const bytes = (count: number): string => {
  const step = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), BINARY.length - 1);
  const value = count / 1024 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} ${BINARY[step] ?? 'B'}`;
};

/** A rate or count as text: 0.3, 12, 4,300. */
export const count = (value: number): string =>
  value < 10 && value % 1 !== 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
