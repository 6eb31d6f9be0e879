import { inMegabytes, inPercent } from '../lib/amounts.ts';
import type { Cost } from '../lib/supervisor/supervise.ts';

/** What a program may use on the host: a share of one CPU, and bytes. */
export interface ProgramLimits {
  readonly maxCpu?: number | undefined;
  readonly maxMemory?: number | undefined;
}

/** Seconds of its share that a program may be ahead: tools print in bursts. */
const BURST = 10;
/** Seconds from its first output on in which it may still compile and attach. */
const STARTING = 2;

/**
 * Judges what a program uses while it runs. It may use its share of a CPU for each second and be ahead by that of 10
 * seconds: one that uses ten times its share is over at the next measurement, one that uses twice as much after ten seconds.
 */
export const meter = ({ maxCpu = Infinity, maxMemory = Infinity }: ProgramLimits) => {
  let last: { readonly at: number; readonly cpu: number } | undefined;
  let ahead = 0;
  let since = { at: 0, cpu: 0 };

  const overCpu = (at: number, cpu: number): string | undefined => {
    if (at < STARTING || cpu === last?.cpu) return undefined;
    const before = last;
    last = { at, cpu };
    if (before === undefined) return undefined;
    if (ahead === 0) since = before;
    ahead = Math.max(0, ahead + cpu - before.cpu - maxCpu * (at - before.at));
    if (ahead <= maxCpu * BURST) return undefined;
    const share = (cpu - since.cpu) / (at - since.at);
    return `used ${inPercent(share)} of one CPU for ${(at - since.at).toFixed(0)} s, more than maxCpu (${inPercent(maxCpu)})`;
  };

  return {
    /** Why it uses too much, as a clause without its subject; undefined if it does not. `at`: seconds since it attached. */
    over: (at: number, { cpu, memory }: Cost): string | undefined =>
      memory > maxMemory
        ? `used ${inMegabytes(memory)} of memory, more than maxMemory (${inMegabytes(maxMemory)})`
        : overCpu(at, cpu),
  };
};
