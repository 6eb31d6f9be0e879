import type { NumberIn, RowOf } from '../../questions/rows.ts';
import { numberOf, totalOf } from '../waiting/seconds.ts';
import { count, percent } from '../amounts.ts';
import { meanTotal } from '../means.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

type Tcp = RowOf<'tcp'>;

/** Columns that count lost connections or segments, with the text for each. */
const LOST: readonly (readonly [NumberIn<Tcp>, string])[] = [
  ['listenOverflows', 'connections refused at a full accept queue'],
  ['listenDrops', 'connections dropped by a listener'],
  ['synDrops', 'SYNs dropped at a full SYN queue'],
  ['backlogDrops', 'segments dropped at a full socket queue'],
  ['memoryPressures', 'times TCP was short of memory'],
  ['aborted', 'connections aborted after timeouts'],
];

interface Loss {
  readonly netns: string;
  readonly again: number;
  readonly sent: number;
  readonly timeouts: number;
  readonly syn: number;
  /** Seconds in which at least three segments and 2 % of all were retransmitted. */
  readonly seconds: number;
}

const lossOf = (netns: string, rows: readonly Tcp[]): Loss => ({
  netns,
  again: totalOf(rows, 'retransmitted'),
  sent: totalOf(rows, 'sent'),
  timeouts: totalOf(rows, 'timeouts'),
  syn: totalOf(rows, 'synRetransmitted'),
  seconds: rows.filter((row) => {
    const [again, sent] = [numberOf(row, 'retransmitted') ?? 0, numberOf(row, 'sent') ?? 0];
    return again >= 3 && again >= sent * 0.02;
  }).length,
});

const round = Math.round;
const shareOf = ({ again, sent }: Loss): number => (sent > 0 ? Math.min(1, again / sent) : again > 0 ? 1 : 0);
const isBad = (loss: Loss): boolean =>
  (round(loss.again) >= 3 && shareOf(loss) >= 0.005) ||
  (round(loss.timeouts) >= 2 && loss.timeouts >= loss.sent * 0.0005) ||
  round(loss.syn) >= 2 ||
  loss.seconds > 0;
const isLittle = (loss: Loss): boolean =>
  round(loss.again) <= 2 && shareOf(loss) < 0.001 && round(loss.timeouts) === 0 && round(loss.syn) === 0;

const lossSay = (loss: Loss): string =>
  `${count(round(loss.again))} of ${count(round(loss.sent))} segments retransmitted (${percent(shareOf(loss))})${round(loss.timeouts) > 0 ? `, ${count(round(loss.timeouts))} timeouts of 200 ms or more` : ''}${round(loss.syn) > 0 ? `, ${count(round(loss.syn))} SYNs retransmitted after 1 s or more` : ''}`;

/** sar -n TCP,ETCP 1: are segments retransmitted, are connections dropped? */
export const sarTcp = defineStep({
  command: 'sar -n TCP,ETCP 1',
  key: 'sarTcp',
  question: 'tcp',
  component: 'network',
  threshold:
    'one connection or segment dropped at a full queue; or, in one network namespace, three segments and 0.5 % of all retransmitted, two timeouts, two SYNs retransmitted, or a second with three and 2 % retransmitted',
  judge(rows) {
    if (rows.length === 0) return nothing('/proc/net/snmp');
    const made = `${count(meanTotal(rows, 'active'))} connections/s opened, ${count(meanTotal(rows, 'passive'))}/s accepted`;
    const lost = LOST.map(([column, what]) => ({ column, total: round(totalOf(rows, column)), what })).filter(
      ({ total, column }) => total >= 1 && !(column === 'listenDrops' && totalOf(rows, 'listenOverflows') >= 1),
    );
    const spaces = [...Map.groupBy(rows, ({ netns = '' }) => netns)].map(([netns, own]) => lossOf(netns, own));
    const [worst] = [...spaces].sort(
      (a, b) => Number(isBad(b)) - Number(isBad(a)) || b.again + b.syn - (a.again + a.syn),
    );
    const inside = spaces.length > 1 && worst !== undefined ? ` in network namespace ${worst.netns}` : '';
    const loss = worst === undefined ? '' : `${lossSay(worst)}${inside}`;
    const queue = lost.map(({ total, what }) => `${count(total)} ${what}`).join(', ');
    const say = [made, loss, queue].filter((each) => each !== '').join('; ');
    const bad = worst !== undefined && isBad(worst);
    if (lost.length > 0 || bad) {
      const culprit = lost.length > 0 ? queue : `packet loss${inside}`;
      const amount = lost.reduce((sum, { total }) => sum + total, bad ? worst.again + worst.syn : 0);
      return { verdict: 'suspect', say: `${say}.`, culprit, pressure: 0.6 + 0.1 * Math.log10(1 + amount) };
    }
    if (worst !== undefined && !isLittle(worst))
      return noCulprit('undecided', `${say}: each delayed a connection; ss -ti shows which.`, { open: `network (${lossSay(worst)})` }); // prettier-ignore
    return noCulprit('cleared', `${say}; no TCP queue was full.`);
  },
  figure: { kind: 'line', of: 'retransmitted' },
  next: {
    say: 'When were segments retransmitted? Which connections: ss -ti; which listener: ss -ltn (Recv-Q).',
    code: "(await host.ask('tcp', { seconds: 10 })).line('retransmitted')",
  },
  fix: {
    suspect:
      'Full queues: accept faster, or raise net.core.somaxconn and the backlog of listen(). Loss: check the path (mtr PEER).',
    undecided: 'Check the path to that peer: mtr PEER',
  },
});
