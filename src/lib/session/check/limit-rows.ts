import { about, type HostRow } from './host-row.ts';
import type { HostSeen } from './host.ts';

const pidsRow = ({ ownPids }: HostSeen): readonly HostRow[] =>
  ownPids
    ? []
    : [
        about('PID namespace', {
          tool: 'this login is in a PID namespace of its own, as in a container',
          verdict: 'partly',
          cannotSee:
            'processes outside of it: perf gives them the pid 0; bpftrace gives all processes the pids of the host, which are others in this /proc',
          fix: 'connect to the host of the container',
        }),
      ];

/** The most samples per second and CPU that a profile may ask for. */
const MOST_HZ = 1000;

const rateRow = ({ maxRate }: HostSeen): readonly HostRow[] =>
  maxRate === undefined || maxRate >= MOST_HZ
    ? []
    : [
        about('max_sample_rate', {
          tool: `kernel.perf_event_max_sample_rate is ${String(maxRate)}`,
          verdict: 'partly',
          cannotSee:
            'more samples per second of each CPU than this: perf lowers a higher hz, bpftrace does not attach. The kernel lowers this value by itself when sampling takes it too long',
          fix: 'sudo sysctl kernel.perf_event_max_sample_rate=100000',
        }),
      ];

const watchdogRow = ({ nmiWatchdog }: HostSeen, pmu: boolean): readonly HostRow[] =>
  nmiWatchdog && pmu
    ? [
        about('nmi_watchdog', {
          tool: 'kernel.nmi_watchdog is 1: it has one counter of each CPU',
          verdict: 'partly',
          cannotSee:
            'exact counts of as many events at once as the CPU has counters: perf counts them in turns and scales the counts up',
          fix: 'sudo sysctl kernel.nmi_watchdog=0',
        }),
      ]
    : [];

/** What limits captures on some hosts only: no row where it does not. */
export const limitRows = (seen: HostSeen, pmu: boolean): readonly HostRow[] => [
  ...rateRow(seen),
  ...watchdogRow(seen, pmu),
  ...pidsRow(seen),
];
