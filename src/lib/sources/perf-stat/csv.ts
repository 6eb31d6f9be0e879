import type { StatRow } from './decoder.ts';
import { localNumber, shareOf, stateOf } from './numbers.ts';

/** The separator that a first line of -x uses: the likeliest of what people give. */
export const separatorOf = (line: string): string =>
  [';', '|', '\t', ',', ':', ' '].find((mark) => line.split(mark).length >= 6) ?? ',';

const isCount = (text = ''): boolean => stateOf(text) !== undefined || /^-?\d+(?:[.,]\d+)?$/.test(text);
const isPlace = (text: string): boolean => /^(?:CPU\d+|S\d+(?:-\S+)?|N\d+|D\d+|C\d+|.+-\d+)$/.test(text);

const numeric = (text: string | undefined): number | undefined =>
  text === undefined || text.trim() === '' ? undefined : localNumber(text);
const said = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text;

/**
 * A line of `perf stat -x`: [time] [place [its cpus]] count, unit, event, [noise%], runtime, running%, metric, its unit.
 * perf-stat's page, "CSV FORMAT"; groups of metrics have a line of their own, with the name at the end.
 */
export const csvRow = (line: string, separator: string): StatRow | undefined => {
  const fields = line.split(separator).map((field) => field.trim());
  if (fields.length < 5) return undefined;
  const t = /^\d+\.\d{6,}$/.test(fields[0] ?? '') && fields.length > 6 ? Number(fields.shift()) : undefined;
  const where = isPlace(fields[0] ?? '') ? fields.shift() : undefined;
  if (where !== undefined && /^\d+$/.test(fields[0] ?? '') && isCount(fields[1])) fields.shift();
  const [count = '', unit, event = ''] = fields;
  if (!isCount(count) && count !== '') return undefined;
  if (count === '' || localNumber(event) !== undefined) return groupRow(fields, t, where);
  const rest = fields.slice(3);
  const noise = rest[0]?.endsWith('%') === true ? shareOf(rest.shift() ?? '') : undefined;
  const runtime = numeric(rest[0]);
  return {
    t,
    where,
    event,
    value: numeric(count),
    unit: said(unit),
    noise,
    running: shareOf(rest[1] ?? ''),
    runtime: runtime === undefined ? undefined : runtime / 1e9,
    metric: numeric(rest[2]),
    metricUnit: said(rest[3]),
    state: stateOf(count),
  };
};

/** `,runtime,running,,,,GROUP` opens a group of metrics; `,,,,,value,unit` is one of it. */
const groupRow = (fields: readonly string[], t: number | undefined, where: string | undefined): StatRow | undefined => {
  const [name, before] = [said(fields.at(-1)), numeric(fields.at(-2))];
  if (name === undefined) return undefined;
  if (before !== undefined) return { t, where, metric: before, metricUnit: name };
  const runtime = numeric(fields[1]);
  return {
    t,
    where,
    event: name,
    running: shareOf(fields[2] ?? ''),
    runtime: runtime === undefined ? undefined : runtime / 1e9,
  };
};
