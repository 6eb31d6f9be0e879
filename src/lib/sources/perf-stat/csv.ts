import { decimalNumber, metricName, shareOf, stateOf } from './numbers.ts';
import { NO_ROWS } from './row.ts';
import type { ReadLine, StatRow } from './row.ts';

const MARKS = [',', ';', '|', '\t', ':', ' '];

/** The separator of -x: the one with which the line has a count and an event. */
export const separatorOf = (line: string): string =>
  MARKS.find((mark) => line.split(mark).length >= 3 && counterIn(line, mark)) ??
  MARKS.find((mark) => line.split(mark).length >= 6) ??
  ',';

const counterIn = (line: string, separator: string): boolean => {
  const { fields } = placeOf(fieldsOf(line, separator));
  return isCount(fields[0]) && fields.slice(1, 3).some((field) => /^[A-Za-z]/.test(field));
};

const fieldsOf = (line: string, separator: string): string[] => line.split(separator).map((field) => field.trim());

const isCount = (text = ''): boolean => stateOf(text) !== undefined || /^-?\d+(?:[.,]\d+)?$/.test(text);
const isPlace = (text: string): boolean => /^(?:CPU\d+|S\d+(?:-\S+)?|N\d+|D\d+|C\d+|\S.*-\d+)$/.test(text);

/** Removes [time] [place [its CPUs]] from the front. */
const placeOf = (all: readonly string[]): { readonly place: StatRow; readonly fields: string[] } => {
  const fields = [...all];
  const t = /^\d+\.\d{9}$/.test(fields[0] ?? '') && fields.length > 2 ? Number(fields.shift()) : undefined;
  if (fields[0] === 'summary') fields.shift();
  const where = !isCount(fields[0]) && isPlace(fields[0] ?? '') ? fields.shift() : undefined;
  // CPUs and threads have no number of CPUs; lines of a metric alone have an empty count, unit and event.
  const isAggregate = where !== undefined && /^[SNDC]\d+(?:-[A-Z]|$)/.test(where) && /^\d+$/.test(fields[0] ?? '');
  const isShared = isAggregate && (isCount(fields[1]) || (fields[1] === '' && fields[2] === ''));
  const cpus = isShared ? Number(fields.shift()) : undefined;
  return { place: { t, where, cpus }, fields };
};

const numeric = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : decimalNumber(text);
const said = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : text);
const seconds = (text: string | undefined): number | undefined => {
  const nanoseconds = numeric(text);
  return nanoseconds === undefined ? undefined : nanoseconds / 1e9;
};

/**
 * A reader of `perf stat -x`: [time] [place [its CPUs]] count, unit, event, [cgroup], [noise%], runtime, running%,
 * metric, its unit (perf-stat(1), "CSV FORMAT"). Metrics, and names of groups of metrics, may have lines of their own.
 */
export const csvReader = (separator: string): ReadLine => {
  let names: readonly string[] | undefined;
  return (line) => {
    const all = fieldsOf(line, separator);
    const found = metricNames(all);
    if (found !== undefined) {
      names = found;
      return NO_ROWS;
    }
    const { place, fields } = placeOf(all);
    if (names !== undefined) return metricOnlyRows(place, fields, names);
    const row = csvRow(place, separator === ',' ? withFractions(fields) : fields, separator);
    return row === undefined ? undefined : [row];
  };
};

const csvRow = (place: StatRow, fields: readonly string[], separator: string): StatRow | undefined => {
  const [count = ''] = fields;
  if (count === '') return metricRow(place, fields);
  if (!isCount(count)) return undefined;
  const named = withWholeEvent(fields, separator);
  // Old versions print no unit.
  const [unit, event, ...rest] = named.length < 3 ? ['', named[1]] : named.slice(1);
  if (event === undefined || event === '' || decimalNumber(event) !== undefined) return undefined;
  const isCgroup = rest[0] !== undefined && rest[0] !== '' && numeric(rest[0].replace(/%$/, '')) === undefined;
  const cgroup = isCgroup ? rest.shift() : undefined;
  const noise = rest[0]?.endsWith('%') === true ? shareOf(rest.shift() ?? '') : undefined;
  const state = stateOf(count);
  return {
    ...place,
    cgroup,
    event,
    value: numeric(count),
    unit: said(unit),
    noise,
    state,
    // perf prints 100 % if the event never ran.
    running: state !== undefined && numeric(rest[0]) === 0 ? undefined : shareOf(rest[1] ?? ''),
    runtime: seconds(rest[0]),
    metric: numeric(rest[2]),
    metricUnit: metricName(rest[3]),
  };
};

/** An event may contain the separator: `cpu/event=0xc0,umask=0x1/`. Slashes come in pairs. */
const withWholeEvent = (fields: readonly string[], separator: string): readonly string[] => {
  const at = fields.findIndex((field, i) => i > 0 && (field.split('/').length - 1) % 2 === 1 && /^\w/.test(field));
  if (at < 0 || at > 2) return fields;
  const end = fields.findIndex((field, i) => i > at && field.includes('/'));
  if (end < 0) return fields;
  return [...fields.slice(0, at), fields.slice(at, end + 1).join(separator), ...fields.slice(end + 1)];
};

/** A group's name is one word, optionally with its PMU: `TopdownL1`, `TopdownL1 (cpu_core)`. */
const GROUP = /^[A-Z]\w*(?: \(\w+\))?$/;

/** `,runtime,running%,,,,GROUP` starts a group; `,,,,,value,unit` and `,runtime,running%,,,value,unit` are a metric. */
const metricRow = (place: StatRow, fields: readonly string[]): StatRow | undefined => {
  const name = said(fields.at(-1));
  if (name === undefined || fields.length < 4 || decimalNumber(name) !== undefined) return undefined;
  const ran = decimalNumber(fields[1] ?? '') !== undefined && fields.length > 4;
  const time = ran ? { running: shareOf(fields[2] ?? ''), runtime: seconds(fields[1]) } : {};
  const value = fields.at(-2) ?? '';
  if (ran && value === '' && GROUP.test(name)) return { ...place, event: name, group: name, ...time };
  return { ...place, ...time, metric: numeric(value), metricUnit: metricName(name) };
};

/**
 * If the locale's decimal comma is also the separator, joins the fields that it split; a running% of `100,00` shows it.
 */
const withFractions = (fields: readonly string[]): readonly string[] => {
  const at = fields.findIndex((field, i) => i > 2 && /^\d{1,3}$/.test(field) && /^\d\d$/.test(fields[i + 1] ?? ''));
  if (at < 0 || !/^\d{1,20}$/.test(fields[at - 1] ?? '')) return fields;
  const joined = (from: number): string => `${fields[from] ?? ''}.${fields[from + 1] ?? ''}`;
  const isTorn = /^\d+$/.test(fields[0] ?? '') && /^\d\d$/.test(fields[1] ?? '');
  const front = isTorn ? [joined(0), ...fields.slice(2, at)] : fields.slice(0, at);
  const isMetric = /^-?\d+$/.test(fields[at + 2] ?? '') && /^\d+$/.test(fields[at + 3] ?? '');
  const back = isMetric ? [joined(at + 2), ...fields.slice(at + 4)] : fields.slice(at + 2);
  return [...front, joined(at), ...back];
};

const PLACE_NAMES = new Set(['time', 'core', 'cpus', 'cpu', 'die', 'cluster', 'cache', 'socket', 'node', 'comm-pid']);

/** The names in the first line of --metric-only: none of its fields is a number. */
const metricNames = (fields: readonly string[]): readonly string[] | undefined => {
  const names = fields.filter((field) => !PLACE_NAMES.has(field));
  // perf ends each field of this line with the separator.
  if (names.pop() !== '') return undefined;
  return names.length > 0 && names.every((name) => /^[A-Za-z%]/.test(name) && stateOf(name) === undefined)
    ? names
    : undefined;
};

const metricOnlyRows = (
  place: StatRow,
  fields: readonly string[],
  names: readonly string[],
): readonly StatRow[] | undefined => {
  const values = fields.slice(0, names.length);
  if (fields.slice(names.length).some((field) => field !== '')) return undefined;
  if (values.some((value) => value !== '' && numeric(value) === undefined)) return undefined;
  return names.flatMap((name, i) => {
    const metric = numeric(values[i]);
    return metric === undefined ? [] : [{ ...place, metric, metricUnit: metricName(name) }];
  });
};
