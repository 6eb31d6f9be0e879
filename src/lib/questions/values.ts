/** A value of an answer's row; undefined is absent. */
export type Value = number | string | undefined;

/** The sum of the values that are numbers; undefined if none is. */
export const plus = (...values: readonly Value[]): number | undefined => {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0);
};

/** `a - b`; undefined if one of them is absent. */
export const minus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;

/** `a / b`; undefined if one of them is absent or b is 0. */
export const ratio = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined || b === 0 ? undefined : a / b;

/**
 * A share of an interval, limited to 1: files are read some milliseconds before or after the sample's time, so it can
 * exceed 1.
 */
export const shareOfInterval = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.min(1, value);

/** "name (pid)", the label of a process. */
export const processLabel = (name: Value, pid: Value): string => `${String(name)} (${String(pid)})`;
