import type { StatRow } from './decoder.ts';
import { localNumber, shareOf, stateOf } from './numbers.ts';

const COUNT = String.raw`<not (?:counted|supported)>|[\d.,'’\u00a0\u202f]+`;
const TIME = String.raw`(?:(\d+\.\d{9})\s+)?`;
const PLACE = String.raw`(?:((?:CPU|S|N|D|C)\d+(?:-\S+)?|[^\s#]+-\d+)\s+(?:\d+\s+(?=\S+\s))?)?`;
/** A unit is a word before the event: msec, Joules, MiB, ns. */
const LINE = new RegExp(String.raw`^\s*${TIME}${PLACE}(${COUNT})\s+(?:([A-Za-z][\w%^/]*)\s+)?(\S+)\s*$`);
const GROUP = new RegExp(String.raw`^\s*${TIME}${PLACE}([A-Za-z_]\S*)?\s*$`);
const METRIC = /^\s*([\d.,]+|nan|-nan)?\s*(.*?)\s*$/;

/** Lines that frame the counters: title, elapsed, user and sys time. 'frame' has a time, but no counter. */
const FRAME =
  /^\s*Performance counter stats for |seconds (?:time elapsed|user|sys)|^\s*(?:Some events weren't counted|Try disabling|\t?echo )/;

/** A line of perf stat's own text; 'frame' for one that is no counter but belongs there. */
export const textRow = (line: string): StatRow | 'frame' | undefined => {
  if (FRAME.test(line)) return 'frame';
  if (line.length > 4096) return undefined;
  const noise = /\(\s*\+-\s*([\d.,]+)%\s*\)/.exec(line);
  const running = /\(\s*([\d.,]+)%\s*\)\s*$/.exec(line);
  const bare = line.replace(/\(\s*(?:\+-\s*)?[\d.,]+%\s*\)/g, '');
  const hash = bare.search(/\s#\s|\s#$/);
  const left = hash < 0 ? bare : bare.slice(0, hash);
  const metric = hash < 0 ? undefined : METRIC.exec(bare.slice(hash + 2));
  const about = {
    noise: noise === null ? undefined : shareOf(noise[1] ?? ''),
    running: running === null ? undefined : shareOf(running[1] ?? ''),
    metric: metric?.[1] === undefined ? undefined : localNumber(metric[1]),
    // -x and -j say "of all branches" where the text says "% of all branches".
    metricUnit: metric?.[2]?.replace(/^% of /, 'of ') || undefined,
  };
  const counter = LINE.exec(left.trimEnd());
  if (counter !== null) {
    const [, t, where, count = '', unit, event] = counter;
    const value = localNumber(count);
    return { t: t === undefined ? undefined : Number(t), where, event, value, unit, state: stateOf(count), ...about };
  }
  if (hash < 0) return undefined;
  const [, t, where, event] = GROUP.exec(left) ?? [];
  return { t: t === undefined ? undefined : Number(t), where, event, ...about };
};
