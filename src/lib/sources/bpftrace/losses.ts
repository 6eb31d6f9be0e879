import { newComplaints, quoted } from '../warnings.ts';
import type { Output } from './program-output.ts';

/** Collects what went wrong according to a program's output. */
export interface Losses {
  /** Handles an output that is neither a line nor a map. */
  take(output: Extract<Output, { lost: number } | { said: string } | { left: string }>): void;
  readonly events: number;
  warnings(): readonly string[];
}

export const newLosses = (): Losses => {
  const said = newComplaints('bpftrace');
  let [events, left] = [0, 0];
  return {
    take(output) {
      if ('lost' in output) events += output.lost;
      else if ('said' in output) said.add(0, `bpftrace wrote: ${quoted(output.said)}`);
      else left++;
    },
    get events() {
      return events;
    },
    warnings: () => [
      ...(events > 0 ? [`bpftrace lost ${events} events`] : []),
      ...(left > 0 ? [`${left} lines are cut or not from bpftrace and were left out`] : []),
      ...said.warnings().map(({ say }) => say),
    ],
  };
};
