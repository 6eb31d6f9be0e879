import { inspect } from 'node:util';

const UNKNOWN = 'unknown';
const say = (): string => UNKNOWN;

/** The time of something whose time nobody wrote down: no number, and printed as 'unknown'. */
export const unknownTime = (): Date =>
  Object.defineProperties(new Date(NaN), { toString: { value: say }, [inspect.custom]: { value: say } });

/** A time to the millisecond, 'unknown' where it is not known. */
export const momentOf = (date: Date): string => (Number.isNaN(date.getTime()) ? UNKNOWN : date.toISOString());
