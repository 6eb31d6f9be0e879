import { isOurLabel } from '../../our-processes.ts';
import type { RowOf } from '../../questions/rows.ts';
import { numberOf, totalOf } from '../waiting/seconds.ts';
import { count, percent } from '../amounts.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

const REACHED = 0.95;
const NEAR = 0.8;

type Limit = RowOf<'limits'>;

const label = ({ limit, who }: Limit): string =>
  `${String(limit)}${who === '' || who === undefined ? '' : ` (${who})`}`;
const isTracked = ({ limit }: Limit): boolean => limit === 'tracked connections';

/** Limits of the host and of processes: is a table full? */
export const limits = defineStep({
  command: 'host limits',
  key: 'limits',
  question: 'limits',
  component: 'limits',
  threshold: 'one packet dropped by a full connection table, or 95 % of a limit used',
  judge(all) {
    const rows = all.filter((row) => numberOf(row, 'most') !== undefined && !isOurLabel(row.who));
    if (rows.length === 0) return nothing('The limits of the host (/proc/sys)');
    const dropped = Math.round(totalOf(all.filter(isTracked), 'refused'));
    const [top] = [...rows].sort((a, b) => (numberOf(b, 'share') ?? 0) - (numberOf(a, 'share') ?? 0));
    const share = numberOf(top, 'share') ?? 0;
    const figures = top === undefined ? '' : `Nearest to its limit: ${label(top)}, ${count(numberOf(top, 'used') ?? 0)} of ${count(numberOf(top, 'most') ?? 0)} (${percent(share)})`; // prettier-ignore
    if (dropped >= 1)
      return { verdict: 'suspect', say: `${count(dropped)} packets were dropped because the connection tracking table was full. ${figures}.`, culprit: 'conntrack table', component: 'network', pressure: 1.2 }; // prettier-ignore
    if (top !== undefined && share >= REACHED)
      return { verdict: 'suspect', say: `${figures}: this limit was reached.`, culprit: label(top), component: isTracked(top) ? 'network' : 'limits', pressure: 1.2 }; // prettier-ignore
    return share >= NEAR && top !== undefined
      ? noCulprit('undecided', `${figures}: close to the limit, which no sample reached.`, {
          open: `limits (${label(top)})`,
        })
      : noCulprit('cleared', `${figures}.`);
  },
  figure: { kind: 'table', of: 'share', largest: true },
  next: {
    say: 'Which limits are nearly reached?',
    code: "(await host.ask('limits', { seconds: 6 })).orderby('share', 'down').show({ rows: 10 })",
  },
  fix: {
    suspect: 'Raise the limit (sysctl, ulimit, LimitNOFILE=), or close what leaks.',
    undecided: 'Raise the limit (sysctl, ulimit, LimitNOFILE=), or close what leaks.',
  },
});
