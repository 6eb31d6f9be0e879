import { defineSource } from '../define.ts';
import { pairColumns, parsePairs, prefixed, unknownPair } from '../formats/snmp-pairs.ts';
import { docsOf, wordsOf } from '../formats/word-list.ts';

const KINDS = wordsOf(
  'DestUnreachs TimeExcds ParmProbs SrcQuenchs Redirects Echos EchoReps Timestamps TimestampReps AddrMasks AddrMaskReps',
);

/** ICMP's counters of received and sent messages differ only in In and Out. */
const icmp = (word: string, errors: string) => ({
  Msgs: `ICMP messages ${word}.`,
  Errors: `ICMP messages ${errors}.`,
  ...docsOf(KINDS, (kind) => `ICMP messages ${word} of kind ${kind}.`),
});

const udp = {
  InDatagrams: 'Datagrams delivered.',
  NoPorts: 'Datagrams to a port without a listener.',
  InErrors: 'Datagrams that could not be delivered for another reason.',
  OutDatagrams: 'Datagrams sent.',
  RcvbufErrors: 'Datagrams dropped because the receive buffer of the socket was full: the program reads too slowly.',
  SndbufErrors: 'Datagrams not sent because the send buffer of the socket was full.',
  InCsumErrors: 'Datagrams with a checksum error.',
  IgnoredMulti: 'Multicast datagrams ignored.',
  MemErrors: 'Datagrams dropped because the protocol was at its memory limit (udp_mem).',
};

const columns = pairColumns({
  IpForwarding: '1: this host forwards; 2: it does not.',
  IpDefaultTTL: 'Time to live of packets sent.',
  IpInReceives: 'Packets received.',
  IpInHdrErrors: 'Packets dropped because of header errors.',
  IpInAddrErrors: 'Packets dropped because of an invalid destination address.',
  IpForwDatagrams: 'Packets forwarded.',
  IpInUnknownProtos: 'Packets dropped because of an unknown protocol.',
  IpInDiscards: 'Valid packets dropped for lack of buffer memory.',
  IpInDelivers: 'Packets delivered to a protocol.',
  IpOutRequests: 'Packets that local protocols asked to send.',
  IpOutDiscards: 'Packets to send that were dropped.',
  IpOutNoRoutes: 'Packets to send that had no route.',
  IpReasmTimeout: 'Reassemblies that timed out.',
  IpReasmReqds: 'Fragments received.',
  IpReasmOKs: 'Packets reassembled.',
  IpReasmFails: 'Packets that could not be reassembled.',
  IpFragOKs: 'Packets fragmented.',
  IpFragFails: 'Packets that needed fragmentation and had the do-not-fragment flag.',
  IpFragCreates: 'Fragments created.',
  IpOutTransmits: 'Packets handed to the link layer.',
  ...prefixed('IcmpIn', icmp('received', 'received with errors')),
  ...prefixed('IcmpOut', icmp('sent', 'not sent because of errors')),
  IcmpInCsumErrors: 'ICMP messages with a checksum error.',
  IcmpOutRateLimitGlobal: 'ICMP messages not sent because of the global rate limit.',
  IcmpOutRateLimitHost: 'ICMP messages not sent because of the rate limit per destination.',
  TcpRtoAlgorithm: 'Algorithm of the retransmission timeout; 1: other.',
  TcpRtoMin: 'Shortest retransmission timeout.',
  TcpRtoMax: 'Longest retransmission timeout.',
  TcpMaxConn: 'Limit of connections; -1: no limit.',
  TcpActiveOpens: 'Connections opened by this host.',
  TcpPassiveOpens: 'Connections accepted by this host.',
  TcpAttemptFails: 'Connection attempts that failed before being established.',
  TcpEstabResets: 'Established connections that were reset.',
  TcpCurrEstab: 'Connections that are established now.',
  TcpInSegs: 'Segments received.',
  TcpOutSegs: 'Segments sent, without retransmissions.',
  TcpRetransSegs: 'Segments retransmitted: a sign of packet loss.',
  TcpInErrs: 'Segments received with errors.',
  TcpOutRsts: 'Resets sent.',
  TcpInCsumErrors: 'Segments with a checksum error.',
  ...prefixed('Udp', udp),
  ...prefixed('UdpLite', udp),
});

/** /proc/net/snmp: https://docs.kernel.org/networking/snmp_counter.html, RFC 1213 */
export const netSnmp = defineSource({
  name: 'proc.net.snmp',
  doc: "IP, ICMP, TCP and UDP counters in every network namespace, under nstat's names (TcpRetransSegs).",
  from: 'https://docs.kernel.org/networking/snmp_counter.html',
  recipe: { read: ['/proc/net/snmp'], perNetns: true },
  columns,
  unknown: unknownPair('/proc/net/snmp'),
  parse: parsePairs,
});
