import { decimalNumber, metricName, stateOf } from './numbers.ts';
import { NO_ROWS } from './row.ts';
import type { ReadLine, StatRow } from './row.ts';

type Found = Readonly<Record<string, unknown>>;

const PLACES = ['cpu', 'core', 'die', 'cluster', 'cache', 'socket', 'node', 'thread'];

const numberIn = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? decimalNumber(value) : undefined;
};
const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== '(null)' ? value : undefined;

/** The name used in text output: CPU0 for a bare number, else the same text. */
const placeIn = (found: Found): StatRow => {
  const name = PLACES.find((each) => textIn(found[each]) !== undefined);
  const text = name === undefined ? undefined : textIn(found[name]);
  const isCpu = name === 'cpu' && text !== undefined && /^\d+$/.test(text);
  return {
    t: numberIn(found['interval']),
    where: isCpu ? `CPU${text}` : text,
    cpus: numberIn(found['aggregate-number']) ?? numberIn(found['counters']),
    cgroup: textIn(found['cgroup']),
  };
};

/** A reader of `perf stat -j`: one object per line. Old versions write numbers as strings, and nan. */
export const jsonReader = (): ReadLine => {
  let units: readonly string[] = [];
  return (line) => {
    const said = textsOf(line, 'unit');
    if (line.startsWith('{"unit"') && !line.includes('"counter-value"')) {
      units = said;
      return NO_ROWS;
    }
    if (/^\s*\{\s*\}\s*,?\s*$/.test(line)) return NO_ROWS;
    const found = parsed(line);
    if (found === undefined) return severalRows(line) ?? oldMetricOnly(line, units);
    const isCounter = COUNTER_FIELDS.some((field) => field in found);
    if (!isCounter) return metricOnly(found);
    return 'event' in found || units.length === 0 ? [counterRow(found)] : oldMetricOnly(line, units);
  };
};

/** perf 6.1 to 6.4 writes a second metric of an event as a separate object on the same line. */
const severalRows = (line: string): readonly StatRow[] | undefined => {
  if (!line.includes('"counter-value"') || line.length > 65_536) return undefined;
  const objects = line.split(/(?<=\}),?\s*(?=\{)/).map(parsed);
  const rows = objects.flatMap((found) => (found === undefined ? [] : [counterRow(found)]));
  return rows.length > 1 && rows.length === objects.length ? rows : undefined;
};

const COUNTER_FIELDS = ['counter-value', 'event', 'metric-value', 'metricgroup', 'event-runtime'];

const counterRow = (found: Found): StatRow => {
  const share = numberIn(found['pcnt-running']);
  const runtime = numberIn(found['event-runtime']);
  const noise = numberIn(found['variance']);
  const count = found['counter-value'];
  const state = typeof count === 'string' ? stateOf(count) : undefined;
  const metricUnit = metricName(textIn(found['metric-unit']));
  return {
    ...placeIn(found),
    event: textIn(found['event']) ?? textIn(found['metricgroup']),
    group: textIn(found['metricgroup']),
    value: numberIn(count),
    unit: textIn(found['unit']),
    noise: noise === undefined ? undefined : noise / 100,
    // perf prints 100 % if the event never ran.
    running: share === undefined || (state !== undefined && runtime === 0) ? undefined : share / 100,
    runtime: runtime === undefined ? undefined : runtime / 1e9,
    metric: metricUnit === undefined ? undefined : numberIn(found['metric-value']),
    metricUnit,
    state,
  };
};

const ABOUT = new Set([...PLACES, 'interval', 'aggregate-number', 'counters', 'cgroup']);

/** --metric-only since perf 6.2: `{"interval" : 1.0, "GHz" : "2.1", "insn per cycle" : "0.8"}`. */
const metricOnly = (found: Found): readonly StatRow[] | undefined => {
  const place = placeIn(found);
  const metrics = Object.entries(found).filter(([name]) => !ABOUT.has(name));
  if (metrics.length === 0 || !metrics.every(([, value]) => isMetric(value))) return undefined;
  return metrics.flatMap(([name, value]) => {
    const metric = numberIn(value);
    return metric === undefined ? [] : [{ ...place, metric, metricUnit: metricName(name) }];
  });
};

const isMetric = (value: unknown): boolean =>
  typeof value === 'string' && (value === '' || /^-?(?:nan|inf)$/.test(value) || decimalNumber(value) !== undefined);

/**
 * --metric-only of perf 6.1 is not JSON: `{"interval" : 0.1}"cpu" : "0", {"metric-value" : "1"}{"metric-value" : "2"}`.
 */
const oldMetricOnly = (line: string, units: readonly string[]): readonly StatRow[] | undefined => {
  const values = textsOf(line, 'metric-value');
  if (values.length === 0) return undefined;
  if (values.every((value) => value === '')) return NO_ROWS;
  // There may be more names than values: then no name is certain.
  if (values.length !== units.length) return undefined;
  const fields = ['interval', ...PLACES].map((name) => [name, textsOf(line, name)[0]] as const);
  const place = placeIn(Object.fromEntries(fields));
  return values.flatMap((value, i) => {
    const metric = decimalNumber(value);
    return metric === undefined ? [] : [{ ...place, metric, metricUnit: metricName(units[i]) }];
  });
};

/** All values of a name in a line, in order. */
const textsOf = (line: string, name: string): string[] =>
  line.length > 65_536
    ? []
    : Array.from(line.matchAll(new RegExp(`"${name}" : "?([^",}]*)"?`, 'g')), ([, value = '']) => value);

const parsed = (line: string): Found | undefined => {
  const text = line.trim().replace(/,$/, '');
  const value = jsonOf(text) ?? jsonOf(mended(text));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Found) : undefined;
};

/**
 * Repairs JSON of perf: bare nan and inf, a missing comma after a core (until 6.2), and in some versions one comma too
 * many.
 */
const mended = (text: string): string =>
  text
    .replace(/,\s*\}$/, '}')
    .replace(/: (-?(?:nan|inf))\b/g, ': "$1"')
    .replace(/("S\d+-D\d+-C\d+")(?=")/g, '$1, ');

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
