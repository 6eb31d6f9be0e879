import { inspect } from 'node:util';
import { FridayError } from './errors.ts';
import { printable } from './printable.ts';

/** Seconds, or a number with its unit: 0.02, '20ms', '5min'. */
export type Duration = number | `${number}${'us' | 'ms' | 's' | 'min' | 'h'}`;
/** A fraction, or a percentage: 0.02, '2%'. */
export type Share = number | `${number}%`;

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 };

/** A value as one would write it in a cell: '10', 10, undefined. */
const written = (got: unknown): string => (typeof got === 'string' ? `'${printable(got, 100)}'` : inspect(got));

const refuse = (what: string, got: unknown, expected: string, next: string): never => {
  throw new FridayError('usage', `${what}: expected ${expected}, got ${written(got)}`, { next });
};

/** A duration in seconds; throws 'usage', naming `what`, on anything else. */
export const inSeconds = (duration: Duration, what = 'a duration'): number => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(us|ms|s|min|h)$/.exec(String(duration)) ?? [];
  const found = typeof duration === 'number' ? duration : Number(number) * (UNITS[unit ?? ''] ?? NaN);
  return Number.isFinite(found) && found >= 0 ? found : refuse(what, duration, "a number of seconds or a text with a unit such as '10s'", "Units are us, ms, s, min and h: 10, '10s', '250ms', '5min'."); // prettier-ignore
};

/** A share as a fraction; throws 'usage', naming `what`, on anything else. */
export const asFraction = (share: Share, what = 'a share'): number => {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(String(share)) ?? [];
  const found = typeof share === 'number' ? share : Number(number) / 100;
  return Number.isFinite(found) && found >= 0 ? found : refuse(what, share, "a fraction or a percentage such as '2%'", "Write 0.02 or '2%'."); // prettier-ignore
};
