import type { StatRow } from './decoder.ts';
import { stateOf } from './numbers.ts';

const PLACES = ['cpu', 'core', 'die', 'cluster', 'cache', 'socket', 'node', 'thread', 'cgroup'];

const numberIn = (value: unknown): number | undefined => {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return value === '' || !Number.isFinite(number) ? undefined : number;
};
const textIn = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** As the text names it: CPU0 for a bare number, else what stands there. */
const placeIn = (found: Readonly<Record<string, unknown>>): string | undefined => {
  const place = PLACES.find((name) => typeof found[name] === 'string' && found[name] !== '');
  const text = place === undefined ? undefined : textIn(found[place]);
  return place === 'cpu' && text !== undefined && /^\d+$/.test(text) ? `CPU${text}` : text;
};

/** A line of `perf stat -j`; old versions write numbers as text, and nan. */
export const jsonRow = (line: string): StatRow | undefined => {
  const found = parsed(line);
  if (found === undefined) return undefined;
  const share = numberIn(found['pcnt-running']);
  const runtime = numberIn(found['event-runtime']);
  const noise = numberIn(found['variance']);
  const state = typeof found['counter-value'] === 'string' ? stateOf(found['counter-value']) : undefined;
  const metricUnit = textIn(found['metric-unit']);
  return {
    t: numberIn(found['interval']),
    where: placeIn(found),
    event: textIn(found['event']) ?? textIn(found['metricgroup']),
    value: numberIn(found['counter-value']),
    unit: textIn(found['unit']),
    noise: noise === undefined ? undefined : noise / 100,
    running: share === undefined ? undefined : share / 100,
    runtime: runtime === undefined ? undefined : runtime / 1e9,
    metric: metricUnit === undefined ? undefined : numberIn(found['metric-value']),
    metricUnit,
    state,
  };
};

const parsed = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(line.trim().replace(/,$/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};
