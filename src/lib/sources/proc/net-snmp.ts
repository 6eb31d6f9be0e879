import { defineSource } from '../define.ts';
import { pairColumns, parsePairs, unknownPair } from '../formats/snmp-pairs.ts';

/** ICMP's counters of received and sent messages have the same names but for In and Out. */
const icmp = Object.fromEntries(
  Object.entries({ In: 'received', Out: 'sent' }).flatMap(([way, word]) => [
    [`Icmp${way}Msgs`, `ICMP messages ${word}.`],
    [`Icmp${way}Errors`, `ICMP messages ${way === 'In' ? 'that came broken' : 'that could not be sent'}.`],
    ...['DestUnreachs', 'TimeExcds', 'ParmProbs', 'SrcQuenchs', 'Redirects', 'Echos', 'EchoReps', 'Timestamps']
      .concat(['TimestampReps', 'AddrMasks', 'AddrMaskReps'])
      .map((kind) => [`Icmp${way}${kind}`, `ICMP messages ${word} of kind ${kind}.`] as const),
  ]),
);

const udp = (name: string) => ({
  [`${name}InDatagrams`]: 'Datagrams delivered.',
  [`${name}NoPorts`]: 'Datagrams to a port where nobody listens.',
  [`${name}InErrors`]: 'Datagrams that could not be delivered for another reason.',
  [`${name}OutDatagrams`]: 'Datagrams sent.',
  [`${name}RcvbufErrors`]: 'Datagrams dropped as the receive buffer was full: the program reads too slowly.',
  [`${name}SndbufErrors`]: 'Datagrams not sent as the send buffer was full.',
  [`${name}InCsumErrors`]: 'Datagrams with a wrong checksum.',
  [`${name}IgnoredMulti`]: 'Multicast datagrams that nobody wanted.',
  [`${name}MemErrors`]: 'Datagrams dropped as the protocol was at its memory limit.',
});

const columns = pairColumns({
  IpForwarding: '1: this host forwards; 2: it does not.',
  IpDefaultTTL: 'Time to live of packets sent.',
  IpInReceives: 'Packets received.',
  IpInHdrErrors: 'Packets dropped for their header.',
  IpInAddrErrors: 'Packets dropped for their address.',
  IpForwDatagrams: 'Packets forwarded.',
  IpInUnknownProtos: 'Packets of a protocol that is not known here.',
  IpInDiscards: 'Good packets dropped, for lack of memory.',
  IpInDelivers: 'Packets delivered.',
  IpOutRequests: 'Packets that this host wanted to send.',
  IpOutDiscards: 'Of them, dropped.',
  IpOutNoRoutes: 'Of them, without a route.',
  IpReasmTimeout: 'Reassemblies that took too long.',
  IpReasmReqds: 'Fragments received.',
  IpReasmOKs: 'Packets put together.',
  IpReasmFails: 'Packets that could not be put together.',
  IpFragOKs: 'Packets cut into fragments.',
  IpFragFails: 'Packets that should have been cut and must not be.',
  IpFragCreates: 'Fragments made.',
  IpOutTransmits: 'Packets handed to the link layer.',
  ...icmp,
  IcmpInCsumErrors: 'ICMP messages with a wrong checksum.',
  IcmpOutRateLimitGlobal: 'ICMP messages not sent for the limit of the host.',
  IcmpOutRateLimitHost: 'ICMP messages not sent for the limit of one receiver.',
  TcpRtoAlgorithm: 'How the retransmission timeout is found; 1: other.',
  TcpRtoMin: 'Shortest retransmission timeout.',
  TcpRtoMax: 'Longest retransmission timeout.',
  TcpMaxConn: 'Most connections; -1: no limit.',
  TcpActiveOpens: 'Connections begun by this host.',
  TcpPassiveOpens: 'Connections taken by this host.',
  TcpAttemptFails: 'Connections that failed before they were there.',
  TcpEstabResets: 'Connections that were reset.',
  TcpCurrEstab: 'Connections that are there now.',
  TcpInSegs: 'Segments received.',
  TcpOutSegs: 'Segments sent, without retransmissions.',
  TcpRetransSegs: 'Segments sent again: the sign of loss.',
  TcpInErrs: 'Segments that came broken.',
  TcpOutRsts: 'Resets sent.',
  TcpInCsumErrors: 'Segments with a wrong checksum.',
  ...udp('Udp'),
  ...udp('UdpLite'),
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
