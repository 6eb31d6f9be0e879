import { nearestTo, plus, type Question, type Row, seconds, time } from './question.ts';

/** The columns that come from /proc/net/netstat. */
const fromNetstat = (row: Row | undefined): Row => ({
  listenOverflows: row?.['TcpExtListenOverflows'],
  listenDrops: row?.['TcpExtListenDrops'],
  synDrops: plus(row?.['TcpExtTCPReqQFullDrop'], row?.['TcpExtTCPReqQFullDoCookies']),
  timeouts: row?.['TcpExtTCPTimeouts'],
  synRetransmitted: row?.['TcpExtTCPSynRetrans'],
  backlogDrops: plus(row?.['TcpExtTCPBacklogDrop'], row?.['TcpExtTCPRcvQDrop'], row?.['TcpExtRcvPruned']),
  zeroWindows: row?.['TcpExtTCPToZeroWindowAdv'],
  memoryPressures: row?.['TcpExtTCPMemoryPressures'],
  aborted: plus(row?.['TcpExtTCPAbortOnTimeout'], row?.['TcpExtTCPAbortOnMemory']),
});

/** sar -n TCP,ETCP: https://man7.org/linux/man-pages/man1/sar.1.html */
export const tcp: Question = {
  name: 'tcp',
  aliases: ['sar -n TCP,ETCP', 'tcpstat'],
  doc: 'How many connections are opened, and how many segments are retransmitted or dropped?',
  sources: ['proc.net.snmp', 'proc.net.netstat'],
  grain: 'totals',
  whyNotBetter:
    'The kernel keeps these counters at no extra cost; which connection retransmits needs tracing or ss -ti.',
  cannotSee: [
    'which peer or process retransmits',
    'segments of peers that were lost on the way to this host',
    'round-trip times: ss -ti',
    'drops of queueing disciplines: tc -s qdisc',
  ],
  columns: {
    t: time,
    seconds,
    netns: { unit: '', key: true, ref: 'netns', doc: 'The network namespace, by inode.' },
    active: { unit: '1/s', doc: 'Connections opened by this host.' },
    passive: { unit: '1/s', doc: 'Connections accepted by this host.' },
    received: { unit: '1/s', doc: 'Segments received.' },
    sent: { unit: '1/s', doc: 'Segments sent, without retransmissions.' },
    retransmitted: { unit: '1/s', doc: 'Segments retransmitted.' },
    failed: { unit: '1/s', doc: 'Connection attempts that failed before being established.' },
    resets: { unit: '1/s', doc: 'Resets sent.' },
    listenOverflows: { unit: '1/s', doc: 'Connections refused because the accept queue of a listener was full.' },
    listenDrops: {
      unit: '1/s',
      doc: 'Connections dropped by a listener for any reason, a full accept queue included.',
    },
    synDrops: { unit: '1/s', doc: 'SYNs dropped, or answered with a cookie, because the SYN queue was full.' },
    timeouts: { unit: '1/s', doc: 'Retransmission timeouts: each made a connection wait 200 ms or more.' },
    synRetransmitted: {
      unit: '1/s',
      doc: 'SYN and SYN/ACK retransmitted: each made a new connection wait 1 s or more.',
    },
    backlogDrops: {
      unit: '1/s',
      doc: 'Segments dropped because the backlog or the receive queue of a socket was full.',
    },
    zeroWindows: { unit: '1/s', doc: 'Times that a receive window was closed: the program reads too slowly.' },
    memoryPressures: { unit: '1/s', doc: 'Times that TCP reached its memory limit (tcp_mem).' },
    aborted: { unit: '1/s', doc: 'Connections aborted after too many timeouts, or for lack of memory.' },
    established: { unit: 'count', doc: "Connections established at the interval's end." },
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
        ...fromNetstat(near.get(String(netns))?.(t)),
      };
    }
  },
};
