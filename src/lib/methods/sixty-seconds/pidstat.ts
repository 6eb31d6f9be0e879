import type { Row } from '../../questions/question.ts';
import { count, mean, meansBy, nothing, numbers, percent, type Seen, type Step } from './step.ts';

const span = (rows: readonly Row[]): number => new Set(rows.map(({ t }) => t)).size;

/** Mean CPUs used by each process over the whole window: intervals in which it was not there count as 0. */
const used = (rows: readonly Row[]): readonly (readonly [string, number])[] => {
  const samples = span(rows);
  const seen = new Map<string, number>();
  for (const { process } of rows) seen.set(String(process), (seen.get(String(process)) ?? 0) + 1);
  return meansBy(rows, 'process', 'cpu')
    .map(([process, mean]) => [process, (mean * (seen.get(process) ?? 0)) / samples] as const)
    .sort((a, b) => b[1] - a[1]);
};

const saturated = ({ host, rows }: Seen): boolean =>
  rows('cpu-utilization').length > 0 &&
  rows('cpu-utilization').filter(({ cpu, busy }) => cpu === 'all' && typeof busy === 'number' && busy >= 0.8).length *
    2 >=
    rows('cpu-utilization').filter(({ cpu }) => cpu === 'all').length &&
  host.cpus > 0;

/** CPUs that were busy without any process that was sampled, and how many processes were made a second. */
const unseen = (all: readonly (readonly [string, number])[], { host, rows }: Seen) => {
  const activity = rows('system-activity');
  const busy =
    host.cpus * mean(numbers(activity, 'user').map((user, i) => user + (numbers(activity, 'system')[i] ?? 0)));
  const cpus = busy - all.reduce((sum, [, used]) => sum + used, 0);
  return { cpus, forks: mean(numbers(activity, 'forks')), much: cpus > 0.3 && cpus > busy * 0.3 };
};

/** pidstat 1: who uses the CPU over time. */
export const pidstat: Step = {
  command: 'pidstat 1',
  key: 'pidstat',
  question: 'process-activity',
  component: 'CPU',
  ask: 'Which processes use the CPU, and do they keep at it?',
  threshold: 'a process that uses 0.9 of a CPU or more, or the top one while all CPUs are busy',
  judge(rows, seen) {
    const all = used(rows);
    const [top] = all;
    if (top === undefined) return nothing('The processes');
    const [process, cpus] = top;
    const figures = `Most CPU: ${process} with ${percent(cpus)} of one CPU`;
    const guilty = cpus >= 0.9 || (saturated(seen) && cpus >= 0.2);
    const missed = unseen(all, seen);
    if (!guilty && missed.much) {
      const say = `${figures}, but ${percent(missed.cpus)} of one CPU went to processes that no sample met (${count(missed.forks)} made a second): short-lived ones, or hidden from this login.`;
      return { verdict: 'undecided', say, culprit: '', pressure: missed.cpus };
    }
    if (!guilty)
      return { verdict: 'cleared', say: `${figures}: no process keeps a CPU busy.`, culprit: '', pressure: cpus };
    return {
      verdict: 'suspect',
      say:
        cpus >= 0.9 ? `${figures}: it keeps the CPU busy.` : `${figures}, the largest share while all CPUs are busy.`,
      culprit: process,
      pressure: cpus / 0.9,
    };
  },
  figure: { kind: 'line', of: 'cpu', by: 'process' },
  next: {
    say: 'What it does on the CPU, by function.',
    code: "(await host.ask('cpu-profile', { seconds: 10 })).flamegraph()",
  },
};
