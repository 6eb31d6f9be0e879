import type { Place, PrintedRow } from './printed.ts';

// Lines of printed histograms and time series: TextOutput in https://github.com/bpftrace/bpftrace/blob/master/src/output/text.cpp

const BAR = /^([[(].{1,80}?[\])])\s+(-?\d{1,20}) \|[@ ]*\|\s*$/;
/** The time, the plot between its borders (points may lie on a border or on the zero axis), and the value or "-". */
const POINT = /^(\S{1,64}) [|*][ .*]*[|*] (-?\d{1,20}|-)\s*$/;
const AXIS = /^(?:hh:mm:ss\S*) +\|_+\|\s*$|^ +v_+v\s*$|^ +-?\d{1,20} +-?\d{1,20}\s*$|^<no data>$/;

const SCALE = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50, E: 2 ** 60 } as const;

const bound = (text: string): number | undefined => {
  const found = /^(-?\d{1,20})([KMGTPE]?)$/.exec(text);
  return found === null ? undefined : Number(found[1]) * SCALE[(found[2] ?? '') as keyof typeof SCALE];
};

/**
 * The smallest and largest value of a printed bucket: `[2, 4)`, `[0]`, `[0, 1]`, `(..., 0)`, `[100, ...)`, `[4K, 8K)`.
 */
const bucketBounds = (text: string): { readonly low: number | undefined; readonly high: number | undefined } => {
  const [first = '', second] = text.slice(1, -1).split(', ');
  const low = bound(first);
  if (second === undefined) return { low, high: low };
  const end = bound(second);
  return { low, high: end === undefined || text.endsWith(']') ? end : end - 1 };
};

/** Whether a line belongs to the frame of a time series: its scale, its border, or the note that it is empty. */
export const isAxis = (line: string): boolean => AXIS.test(line);

/** The row of a bucket or a point; 'none' for an interval without a value; undefined for any other line. */
export const plotRow = ({ map, key }: Place, line: string): PrintedRow | 'none' | undefined => {
  const bar = BAR.exec(line);
  if (bar !== null) {
    const [, label = '', count] = bar;
    const bounds = bucketBounds(label);
    const named = bounds.low === undefined && bounds.high === undefined ? { text: label } : bounds;
    return { map, key, kind: 'hist', ...named, value: Number(count) };
  }
  const [, time, value] = POINT.exec(line) ?? [];
  if (time === undefined) return undefined;
  return value === '-' ? 'none' : { map, key, kind: 'tseries', time, value: Number(value) };
};
