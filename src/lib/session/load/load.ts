import { hostProgram } from '../../host-program.ts';
import { printable } from '../../printable.ts';
import { scriptHeader } from '../../transport/quote.ts';
import type { Work } from './calibration.ts';

/** A limit of a memory cgroup that the login's processes are in, in bytes. */
export interface CgroupRoom {
  readonly path: string;
  readonly limit: number;
  /** Without the file pages that the kernel drops first. */
  readonly used: number;
}

/** What a host has to spare now. What could not be read is undefined. */
export interface Load {
  /** Bytes: MemAvailable of /proc/meminfo. */
  readonly available: number | undefined;
  /** The cgroup with the least room, if any of them has a limit. */
  readonly cgroup: CgroupRoom | undefined;
  /** Context switches per second: of the host, and of the threads of a target. */
  readonly switches: number | undefined;
  readonly ofTarget: number | undefined;
  /** The work that compares the host with others, if it was measured. */
  readonly work: Work | undefined;
}

/** Seconds between the two counts of context switches. */
export const PAUSE = 0.2;

/** What takes the script PAUSE: to count context switches, and to measure what work costs on this host. */
export interface Measuring {
  readonly counts: boolean;
  readonly calibrates: boolean;
}

/** The script that looks: `pids` are those of a target. */
export const loadScript = (pids: readonly number[], { counts, calibrates }: Measuring): string =>
  scriptHeader({ counts: counts ? '1' : '', calibrates: calibrates ? '1' : '', pause: PAUSE }, counts ? pids.map(String) : []) + // prettier-ignore
  hostProgram('src/lib/session/load/load.sh');

type Lines = readonly (readonly string[])[];

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** The values of lines `NAME TAB VALUE`. */
const valuesOf = (lines: Lines, name: string): readonly number[] =>
  lines.flatMap(([first, value]) => (first === name ? (number(value) ?? []) : []));

/** cgroup v1 says "no limit" by a number near 2^63. */
const NO_LIMIT = 2 ** 60;

const roomsOf = (lines: Lines): readonly CgroupRoom[] =>
  lines.flatMap(([name, limit, used, dropped, ...path]) => {
    const [most = NO_LIMIT, now] = [number(limit), number(used)]; // in v2 it is the word 'max'
    if (name !== 'cgroup' || most >= NO_LIMIT || now === undefined) return [];
    return [{ path: printable(path.join(' '), 200), limit: most, used: Math.max(0, now - (number(dropped) ?? 0)) }];
  });

const workOf = (lines: Lines): Work | undefined => {
  const [, by = '', files, nanoseconds] = lines.find(([name]) => name === 'work') ?? [];
  const [count, time] = [number(files), number(nanoseconds)];
  return count === undefined || time === undefined
    ? undefined
    : { by: printable(by, 20), files: count, seconds: time / 1e9 };
};

/** Switches per thread, both kinds together. */
const threadsOf = (lines: Lines): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const [name, tid = '', count] of lines)
    if (name === 'thread') sums.set(tid, (sums.get(tid) ?? 0) + (number(count) ?? 0));
  return sums;
};

/** What threads did between two counts; a thread that has ended in between is not in the second. */
const between = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number | undefined =>
  before.size + after.size === 0
    ? undefined
    : [...after].reduce((sum, [tid, count]) => sum + Math.max(0, count - (before.get(tid) ?? 0)), 0);

/** Reads what `loadScript` printed; ignores other lines. */
export const readLoad = (said: string): Load => {
  const lines = said.split('\n').map((line) => line.split('\t'));
  const second = lines.findLastIndex(([name]) => name === 'at');
  const [from = NaN, to = NaN] = valuesOf(lines, 'at');
  const [first, last] = valuesOf(lines, 'switches');
  const perSecond = (count: number | undefined): number | undefined =>
    count === undefined || !(to > from) ? undefined : Math.max(0, count) / (to - from);
  const [least] = roomsOf(lines).toSorted((a, b) => a.limit - a.used - (b.limit - b.used));
  const [kilobytes] = valuesOf(lines, 'available');
  return {
    available: kilobytes === undefined ? undefined : kilobytes * 1024,
    cgroup: least,
    switches: perSecond(first === undefined || last === undefined ? undefined : last - first),
    work: workOf(lines),
    ofTarget: perSecond(between(threadsOf(lines.slice(0, second)), threadsOf(lines.slice(second)))),
  };
};
