import { defineSource } from '../define.ts';
import { pairColumns, parsePairs, prefixed, unknownPair } from '../formats/snmp-pairs.ts';
import { docsOf, wordsOf } from '../formats/word-list.ts';

/** Docs of the counters that investigations need most. */
const explained = {
  TcpExtSyncookiesSent: 'SYN cookies sent: the SYN queue was full.',
  TcpExtSyncookiesRecv: 'SYN cookies received.',
  TcpExtSyncookiesFailed: 'Invalid SYN cookies received.',
  TcpExtEmbryonicRsts: 'Resets received in SYN_RECV state.',
  TcpExtPruneCalled: 'Sockets pruned for lack of receive buffer.',
  TcpExtRcvPruned: 'Packets dropped from a receive queue for lack of buffer.',
  TcpExtOfoPruned: 'Packets dropped from an out-of-order queue for lack of buffer.',
  TcpExtTW: 'Connections whose TIME-WAIT ended by timeout.',
  TcpExtDelayedACKs: 'Delayed acknowledgements sent.',
  TcpExtListenOverflows:
    'Connections dropped because the accept queue was full: the program calls accept() too slowly.',
  TcpExtListenDrops: 'Connections dropped by a listening socket for any reason.',
  TcpExtTCPHPHits: 'Segments received by header prediction (fast path).',
  TcpExtTCPLostRetransmit: 'Retransmitted segments that were lost again.',
  TcpExtTCPFastRetrans: 'Fast retransmissions.',
  TcpExtTCPSlowStartRetrans: 'Retransmissions in slow start.',
  TcpExtTCPTimeouts: 'Retransmission timeouts.',
  TcpExtTCPLossProbes: 'Tail loss probes sent.',
  TcpExtTCPLossProbeRecovery: 'Losses repaired by a tail loss probe.',
  TcpExtTCPSpuriousRTOs: 'Spurious retransmission timeouts.',
  TcpExtTCPSynRetrans: 'SYN and SYN/ACK retransmitted.',
  TcpExtTCPOrigDataSent: 'Segments with data sent, without retransmissions.',
  TcpExtTCPRetransFail: 'Retransmissions that could not be sent.',
  TcpExtTCPRcvCollapsed: 'Packets collapsed in receive queues to save buffer.',
  TcpExtTCPBacklogDrop: 'Packets dropped because the socket backlog was full.',
  TcpExtTCPOFOQueue: 'Packets queued out of order.',
  TcpExtTCPMemoryPressures: 'Times that TCP entered memory pressure (tcp_mem).',
  TcpExtTCPMemoryPressuresChrono: 'Time in memory pressure.',
  TcpExtTCPAbortOnTimeout: 'Connections aborted after too many retransmissions.',
  TcpExtTCPAbortOnMemory: 'Connections aborted for lack of memory.',
  TcpExtTCPZeroWindowDrop: 'Packets dropped because the receive window was zero.',
  TcpExtTCPToZeroWindowAdv: 'Times that a zero window was advertised: the program reads too slowly.',
  TcpExtTCPFromZeroWindowAdv: 'Times that the window was opened after being zero.',
  TcpExtTCPWantZeroWindowAdv: 'Times that a zero window was wanted and could not be advertised.',
  TcpExtTCPReqQFullDrop: 'SYNs dropped because the SYN queue was full.',
  TcpExtTCPReqQFullDoCookies: 'SYNs answered by a cookie because the SYN queue was full.',
  TcpExtTCPTimeWaitOverflow: 'Connections not kept in TIME-WAIT because tcp_max_tw_buckets was reached.',
  TcpExtIPReversePathFilter: 'Packets dropped by the reverse path filter.',
  IpExtInNoRoutes: 'Packets received without a route.',
  IpExtInOctets: 'Bytes received by IP.',
  IpExtOutOctets: 'Bytes sent by IP.',
  IpExtInCEPkts: 'Packets with the ECN congestion mark.',
  IpExtInNoECTPkts: 'Packets without ECN.',
  IpExtReasmOverlaps: 'Fragments that overlapped.',
  MPTcpExtMPCurrEstab: 'Multipath TCP connections that are established now.',
};

/** The other names in net/ipv4/proc.c that kernels from 3.10 to 6.18 share; further names are kept as they are. */
const others = wordsOf(`
OutOfWindowIcmps LockDroppedIcmps ArpFilter TWRecycled TWKilled PAWSActive PAWSEstab DelayedACKLocked DelayedACKLost
TCPPureAcks TCPHPAcks TCPRenoRecovery TCPSackRecovery TCPSACKReneging TCPSACKReorder TCPRenoReorder TCPTSReorder
TCPFullUndo TCPPartialUndo TCPDSACKUndo TCPLossUndo TCPRenoFailures TCPSackFailures TCPLossFailures
TCPRenoRecoveryFail TCPSackRecoveryFail TCPBacklogCoalesce TCPDSACKOldSent TCPDSACKOfoSent TCPDSACKRecv
TCPDSACKOfoRecv TCPAbortOnData TCPAbortOnClose TCPAbortOnLinger TCPAbortFailed TCPSACKDiscard TCPDSACKIgnoredOld
TCPDSACKIgnoredNoUndo TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPSackShifted TCPSackMerged TCPSackShiftFallback
PFMemallocDrop TCPMinTTLDrop TCPDeferAcceptDrop TCPRcvCoalesce TCPOFODrop TCPOFOMerge TCPChallengeACK TCPSYNChallenge
TCPFastOpenActive TCPFastOpenActiveFail TCPFastOpenPassive TCPFastOpenPassiveFail TCPFastOpenListenOverflow
TCPFastOpenCookieReqd TCPFastOpenBlackhole TCPSpuriousRtxHostQueues BusyPollRxPackets TCPAutoCorking
TCPHystartTrainDetect TCPHystartTrainCwnd TCPHystartDelayDetect TCPHystartDelayCwnd TCPACKSkippedSynRecv
TCPACKSkippedPAWS TCPACKSkippedSeq TCPACKSkippedFinWait2 TCPACKSkippedTimeWait TCPACKSkippedChallenge TCPWinProbe
TCPKeepAlive TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE TCPAckCompressed TCPRcvQDrop TCPWqueueTooBig
`);

const columns = pairColumns({
  ...explained,
  ...prefixed(
    'TcpExt',
    docsOf(others, (name) => `${name} of TcpExt, as the kernel counts it.`),
  ),
});

/** /proc/net/netstat: https://docs.kernel.org/networking/snmp_counter.html */
export const netNetstat = defineSource({
  name: 'proc.net.netstat',
  doc: "More counters of TCP and IP in every network namespace, under nstat's names (TcpExtListenOverflows).",
  from: 'https://docs.kernel.org/networking/snmp_counter.html',
  recipe: { read: ['/proc/net/netstat'], perNetns: true },
  columns,
  unknown: unknownPair('/proc/net/netstat'),
  parse: parsePairs,
});
