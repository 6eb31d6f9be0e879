import { metricOnlyText } from './text-metric-only.ts';
import { decimalNumber, groupedNumber, metricName, shareOf, stateOf } from './numbers.ts';
import { NO_ROWS } from './row.ts';
import type { ReadLine, StatRow } from './row.ts';

const COUNT = String.raw`<not (?:counted|supported)>|\d[\d.,'’\u00a0\u202f]*`;
/** Event names of several words in the first versions of perf. */
const WORDS = String.raw`(?:context switches|CPU (?:migrations|cycles)|cache (?:references|misses)|task clock ticks)`;
/** An event may be followed by its PMU: `cycles [cpu_core]`, `TopdownL1 (cpu_core)`. */
const EVENT = String.raw`(?:${WORDS}|[A-Za-z_]\S*(?: [[(][^\])]*[\])])*)`;
/** A unit is a word before the event: msec, Joules, MiB, ns. A cgroup comes after it. */
const COUNTER = new RegExp(
  String.raw`^(${COUNT})\s+(?:(?!${WORDS})([A-Za-z][\w%^/]*)\s+)??(${EVENT})(?: +(/\S*)| {2,}(\S+))?$`,
);
const GROUP = new RegExp(String.raw`^(${EVENT})?$`);
const METRIC = /^\s*([\d.,]+|-?nan|-?inf)?\s*(.*?)\s*$/;

const TIME = /^\s*(\d+\.\d{9})\s+/;
const CPUS = /^((?:CPU|S|N|D|C)\d+(?:-[A-Z]\S*)?)(?:\s+(\d+)(?=\s+\S|\s*$))?(?:\s+|$)/;
const THREAD = new RegExp(String.raw`^(\S(?:[^#]{0,30}\S)?-\d+)\s+(?=(?:${COUNT})\s|#)`);

/** The place and time of a line, and the rest of the line. */
const placeIn = (line: string): { readonly place: StatRow; readonly rest: string } => {
  const time = TIME.exec(line);
  const after = line.slice(time?.[0].length ?? 0).trimStart();
  const t = time === null ? undefined : Number(time[1]);
  const cpus = CPUS.exec(after);
  if (cpus !== null) {
    const [whole, where, count] = cpus;
    const isCount = count !== undefined && /^\s*(?:[<\d#]|$)/.test(after.slice(whole.length));
    const rest = isCount || count === undefined ? after.slice(whole.length) : after.slice((where ?? '').length);
    return { place: { t, where, cpus: isCount ? Number(count) : undefined }, rest: rest.trimStart() };
  }
  const thread = THREAD.exec(after);
  return { place: { t, where: thread?.[1] }, rest: after.slice(thread?.[0].length ?? 0) };
};

/** A reader of perf stat's text output. */
export const textReader = (): ReadLine => {
  let titled = false;
  const metricOnly = metricOnlyText(placeIn);
  return (line) => {
    if (line.length > 4096) return undefined;
    const isTitle = /^\s*Performance counter stats for |^#\s+time\s/.test(line);
    titled ||= isTitle;
    metricOnly.header(line, isTitle);
    if (isTitle || FRAME.test(line)) return NO_ROWS;
    const row = elapsedRow(line) ?? counterRow(line, titled);
    titled ||= row !== undefined;
    return row === undefined ? metricOnly.rows(line) : [row];
  };
};

/** Lines around the counters: comments, table titles, advice. */
const FRAME =
  /^\s*# (?:started on|Table of individual measurements|Final result)|^\s*(?:Some events weren't counted|Try disabling|The events in group usually|echo [01] > \/proc|perf stat \.\.\.)|^#\s/;

const ELAPSED =
  /^\s*([\d.,]+)(?: \+- [\d.,]+)? {1,2}seconds (time elapsed|user|sys)\s*(?:\(\s*\+-\s*([\d.,]+)%\s*\))?\s*$/;
/** A run of --table: its time, its difference from the mean, a bar. */
const RUN = /^\s+([\d.,]+) \([+-][\d.,]+\) #+\s*$/;

const elapsedRow = (line: string): StatRow | undefined => {
  const run = RUN.exec(line)?.[1];
  if (run !== undefined) return { event: 'time elapsed of a run', value: decimalNumber(run), unit: 's' };
  const [, seconds, event, noise] = ELAPSED.exec(line) ?? [];
  if (seconds === undefined) return undefined;
  return { event, value: decimalNumber(seconds), unit: 's', noise: noise === undefined ? undefined : shareOf(noise) };
};

/** Without a title, a counter must be indented as in perf, because any text may have numbers before words. */
const counterRow = (line: string, titled: boolean): StatRow | undefined => {
  const noise = /\(\s*\+-\s*([\d.,]+)%\s*\)/.exec(line);
  const running = /[([]\s*([\d.,]+)%\s*[)\]]\s*$/.exec(line);
  const bare = line.replace(/\(\s*\+-\s*[\d.,]+%\s*\)|[([]\s*[\d.,]+%\s*[)\]]\s*$/g, '');
  const hash = bare.search(/(?:^|\s)#(?:\s|$)/);
  const { place, rest } = placeIn((hash < 0 ? bare : bare.slice(0, hash)).trimEnd());
  if (!titled && place.t === undefined && place.where === undefined && !/^ {4}/.test(line)) return undefined;
  const metric = hash < 0 ? undefined : METRIC.exec(bare.slice(hash).replace(/^\s*#/, ''));
  const about = {
    noise: noise === null ? undefined : shareOf(noise[1] ?? ''),
    running: running === null ? undefined : shareOf(running[1] ?? ''),
    metric: metric?.[1] === undefined ? undefined : decimalNumber(metric[1]),
    metricUnit: metricName(metric?.[2]),
  };
  const counter = COUNTER.exec(rest);
  if (counter !== null) {
    const [, count = '', unit, event, path, name] = counter;
    const value = groupedNumber(count);
    return { ...place, cgroup: path ?? name, event, value, unit, state: stateOf(count), ...about };
  }
  const group = GROUP.exec(rest);
  return hash < 0 || !titled || group === null || about.metricUnit === undefined
    ? undefined
    : { ...place, event: group[1], group: group[1], ...about };
};
