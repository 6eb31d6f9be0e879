import { isZero, percent } from '../amounts.ts';
import type { CpuWaits } from './cpu.ts';
import type { Waits } from './seconds.ts';

/** "tasks waited for a CPU in 34 % of the worst second and in 15 % or more of 12 of 59 seconds". */
export const waitedFor = (what: string, { worst, bad, limit, of }: Waits): string =>
  `tasks waited for ${what} in ${percent(worst)} of the worst second${bad.size > 1 ? ` and in ${percent(limit)} or more of ${String(bad.size)} of ${String(of)} seconds` : ''}`;

/** The figure of waiting by which a resource is cleared. */
export const nobodyWaited = (what: string, { worst }: Waits): string =>
  isZero(worst) ? `no task waited for ${what}` : `tasks waited for ${what} in at most ${percent(worst)} of any second`;

/** Why waiting for a busy CPU did not count. */
export const forgiven = ({ background, short }: CpuWaits): string =>
  background
    ? '; only background processes (nice 5 or more, or SCHED_IDLE) waited'
    : short
      ? '; tasks waited often, but less than 0.1 ms each time on average'
      : '';
