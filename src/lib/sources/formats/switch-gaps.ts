import type { Numbers, Table } from '../../columns/column.ts';
import type { Gap } from './gaps.ts';
import { numbers } from './numbers.ts';

/** Events that were lost; `t` in seconds like the switches', `cpu` whose buffer was full. */
export interface SwitchLoss {
  readonly t?: number;
  readonly cpu?: number;
}

/** The last row with a time up to `t`; -1 if there is none. Times ascend. */
const rowBefore = (times: Numbers, size: number, t: number): number => {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/**
 * Where switches may be missing: on the CPU whose buffer was full, from its last switch before the record of the loss
 * to that record (Ftrace: to the page after it). Sums at the end of a file do not say when: if they are all that tells of a loss, it may be anywhere.
 */
export const gapsOf = (losses: readonly SwitchLoss[], switches: Table): Gap[] => {
  const [t, cpu] = [numbers(switches, 't'), numbers(switches, 'cpu')];
  const dated = losses.filter((loss) => loss.t !== undefined);
  if (dated.length === 0) return losses.length === 0 ? [] : [{ from: -Infinity, to: Infinity }];
  return dated.map((loss) => {
    const to = loss.t ?? 0;
    let row = rowBefore(t, switches.size, to);
    while (row >= 0 && loss.cpu !== undefined && cpu[row] !== loss.cpu) row--;
    return { from: row < 0 ? -Infinity : (t[row] ?? 0), to };
  });
};
