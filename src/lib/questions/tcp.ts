import { sumOfColumns } from '../columns/compute.ts';
import { beside } from './beside.ts';
import { defineColumnQuestion, seconds, time } from './question.ts';

/** sar -n TCP,ETCP: https://man7.org/linux/man-pages/man1/sar.1.html */
export const tcp = defineColumnQuestion({
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
  answer({ rateTable }) {
    const snmp = rateTable('proc.net.snmp');
    const { size, data: own } = snmp;
    const { data: more } = beside(snmp, rateTable('proc.net.netstat'), { by: ['netns'] });
    return {
      size,
      data: {
        t: own.t,
        seconds: own.seconds,
        netns: own.netns,
        active: own.TcpActiveOpens,
        passive: own.TcpPassiveOpens,
        received: own.TcpInSegs,
        sent: own.TcpOutSegs,
        retransmitted: own.TcpRetransSegs,
        failed: own.TcpAttemptFails,
        resets: own.TcpOutRsts,
        listenOverflows: more.TcpExtListenOverflows,
        listenDrops: more.TcpExtListenDrops,
        synDrops: sumOfColumns(size, more.TcpExtTCPReqQFullDrop, more.TcpExtTCPReqQFullDoCookies),
        timeouts: more.TcpExtTCPTimeouts,
        synRetransmitted: more.TcpExtTCPSynRetrans,
        backlogDrops: sumOfColumns(size, more.TcpExtTCPBacklogDrop, more.TcpExtTCPRcvQDrop, more.TcpExtRcvPruned),
        zeroWindows: more.TcpExtTCPToZeroWindowAdv,
        memoryPressures: more.TcpExtTCPMemoryPressures,
        aborted: sumOfColumns(size, more.TcpExtTCPAbortOnTimeout, more.TcpExtTCPAbortOnMemory),
        established: own.TcpCurrEstab,
      },
    };
  },
});
