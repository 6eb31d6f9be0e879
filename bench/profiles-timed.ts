import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a row is compared with, and its targets. */
export interface Row {
  readonly what: string;
  readonly doneAt: string;
  readonly goal: string;
  readonly measured: string;
}

/** Wall time and CPU time in seconds, and peak memory in MB. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/** Measures a shell command or pipeline as a whole; undefined if it fails. */
export const timed = (line: string): Cost | undefined => {
  const argv = ['-f', '%e %U %S %M', 'sh', '-c', line];
  const { status, stderr } = spawnSync('/usr/bin/time', argv, { encoding: 'utf8' });
  const found = /([\d.]+) ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr);
  if (status !== 0 || found === null) return undefined;
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = found.slice(1).map(Number);
  return { wall, cpu: user + system, memory: kilobytes / 1024 };
};

export const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
export const has = (program: string): boolean =>
  existsSync(program) || spawnSync('sh', ['-c', `command -v ${quoted(program)}`]).status === 0;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Medians of alternating rounds, so that all programs run under the same conditions. */
export const rounds = (lines: Readonly<Record<string, string>>, times: number): Record<string, Cost | undefined> => {
  const seen: Record<string, Cost[]> = {};
  for (let i = 0; i < times; i++)
    for (const [name, line] of Object.entries(lines)) {
      const one = timed(line);
      if (one !== undefined) (seen[name] ??= []).push(one);
    }
  return Object.fromEntries(
    Object.keys(lines).map((name) => {
      const all = seen[name];
      if (all === undefined) return [name, undefined];
      const of = (field: keyof Cost): number => median(all.map((each) => each[field]));
      return [name, { wall: of('wall'), cpu: of('cpu'), memory: Math.max(...all.map(({ memory }) => memory)) }];
    }),
  );
};

export const say = (each: Cost | undefined): string =>
  each === undefined
    ? 'not there'
    : `${each.wall.toFixed(2)} s, CPU ${each.cpu.toFixed(2)} s, ${each.memory.toFixed(0)} MB`;

export const ratio = (ours: Cost | undefined, theirs: Cost | undefined): string =>
  ours === undefined || theirs === undefined
    ? 'not measured'
    : `${(ours.wall / theirs.wall).toFixed(3)} (CPU ${(ours.cpu / theirs.cpu).toFixed(3)})`;
