import { nearestTo, type Question, type Row, seconds, time } from './question.ts';

/** sar -n TCP,ETCP: https://man7.org/linux/man-pages/man1/sar.1.html */
export const tcp: Question = {
  name: 'tcp',
  aliases: ['sar -n TCP,ETCP', 'tcpstat'],
  doc: 'How many connections come and go, and how much is sent twice?',
  sources: ['proc.net.snmp', 'proc.net.netstat'],
  grain: 'totals',
  whyNotBetter: 'The counters cost nothing; which connection retransmits needs tracing or ss.',
  cannotSee: ['which peer or process retransmits', 'segments that others lose of what they send to us'],
  columns: {
    t: time,
    seconds,
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode.' },
    active: { unit: '1/s', doc: 'Connections made from here.' },
    passive: { unit: '1/s', doc: 'Connections accepted here.' },
    received: { unit: '1/s', doc: 'Segments received.' },
    sent: { unit: '1/s', doc: 'Segments sent, without those sent again.' },
    retransmitted: { unit: '1/s', doc: 'Segments sent again.' },
    failed: { unit: '1/s', doc: 'Connections that were refused or timed out before they were there.' },
    resets: { unit: '1/s', doc: 'Resets sent.' },
    listenDrops: { unit: '1/s', doc: 'Connections dropped by a listening socket, most often at a full queue.' },
    established: { unit: 'count', doc: "Connections that were there at the interval's end." },
  },
  *answer({ rates }) {
    const drops = new Map<string, Row[]>();
    for (const row of rates('proc.net.netstat')) {
      const key = String(row['netns']);
      const rows = drops.get(key);
      if (rows === undefined) drops.set(key, [row]);
      else rows.push(row);
    }
    const near = new Map([...drops].map(([netns, rows]) => [netns, nearestTo(rows, 2)]));
    for (const row of rates('proc.net.snmp')) {
      const { t, netns } = row;
      yield {
        ...{ t, seconds: row['seconds'], netns, active: row['TcpActiveOpens'], passive: row['TcpPassiveOpens'] },
        ...{ received: row['TcpInSegs'], sent: row['TcpOutSegs'], retransmitted: row['TcpRetransSegs'] },
        ...{ failed: row['TcpAttemptFails'], resets: row['TcpOutRsts'], established: row['TcpCurrEstab'] },
        listenDrops: near.get(String(netns))?.(t)?.['TcpExtListenDrops'],
      };
    }
  },
};
