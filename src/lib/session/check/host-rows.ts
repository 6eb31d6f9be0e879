import { about, type HostRow } from './host-row.ts';
import type { HostSeen } from './host.ts';
import { MOUNT, PRESSURE, PSI_FILES, REMOUNT } from './kernel-words.ts';
import { limitRows } from './limit-rows.ts';
import { type Looker, tracerRows } from './tracer-rows.ts';

/** The facts that rows about the host are made of. */
export interface HostLooked extends Looker {
  readonly seen: HostSeen;
  /** Programs run as root: the login is root, or sudo was allowed by the caller. */
  readonly rooted: boolean;
  /** False if root lacks CAP_PERFMON, as in a container. */
  readonly perfmon: boolean;
  /** False on a kernel that is built without perf events. */
  readonly perfEvents: boolean;
}

const btfRow = ({ seen: { btf }, asRoot }: HostLooked): HostRow => {
  const tool = '/sys/kernel/btf/vmlinux';
  if (btf === 'yes') return about('BTF', { tool, verdict: 'yes' });
  const without =
    'own programs of bpftrace have no kfunc or fentry probes, and know structs of the kernel only by its headers; no question needs them';
  if (btf === 'not allowed') return about('BTF', { tool, verdict: btf, cannotSee: without, fix: asRoot });
  return about('BTF', {
    tool: `${tool} does not exist`,
    verdict: 'no',
    cannotSee: without,
    fix: 'a kernel that is built with CONFIG_DEBUG_INFO_BTF=y',
  });
};

/** Addresses of the kernel: without them, kernel functions have no names in profiles. */
const kptrRow = ({ seen, rooted, asRoot }: HostLooked): HostRow => {
  const { kptrRestrict, addresses, root } = seen;
  const tool = `kernel.kptr_restrict is ${kptrRestrict === undefined ? 'unknown' : String(kptrRestrict)}`;
  if (addresses || (rooted && !root && kptrRestrict !== 2)) return about('kptr_restrict', { tool, verdict: 'yes' });
  const forRoot = 'sudo sysctl kernel.kptr_restrict=1';
  const forLogin = 'sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1';
  const lacking = kptrRestrict === 2 ? forRoot : 'root lacks CAP_SYSLOG here: connect to the host of the container';
  return about('kptr_restrict', {
    tool,
    verdict: 'partly',
    cannotSee: `names of kernel functions in profiles: /proc/kallsyms shows no addresses to ${root ? 'root either' : 'this login'}`,
    fix: root ? lacking : `${kptrRestrict === 2 ? `${forRoot}, then ` : ''}${asRoot}; or ${forLogin}`,
  });
};

/** From which value of perf_event_paranoid on a login may do no more than this. */
const PARANOID: readonly (readonly [number, HostRow['verdict'], string])[] = [
  [3, 'not allowed', 'anything: this login may not use perf at all'],
  [2, 'partly', "all but user code of this login's own processes"],
  [1, 'partly', "other users' processes, the host as a whole, and tracepoints"],
  [0, 'partly', 'what tracepoints record: this login may count and sample the host, but not read raw events'],
];

const paranoidRow = ({ seen, rooted, perfmon, perfEvents, asRoot }: HostLooked): HostRow => {
  const name = 'perf_event_paranoid';
  if (!perfEvents)
    return about(name, { tool: 'not built in (CONFIG_PERF_EVENTS)', verdict: 'no', cannotSee: 'what perf and samples of bpftrace show', fix: 'none on this kernel' }); // prettier-ignore
  const value = seen.paranoid ?? 2;
  const tool = `kernel.perf_event_paranoid is ${String(value)}`;
  if (rooted && perfmon) return about(name, { tool: `${tool}: does not limit root`, verdict: 'yes' });
  const [, verdict, cannotSee] = PARANOID.find(([from]) => value >= from) ?? [0, 'yes' as const, ''];
  return about(name, {
    tool,
    verdict,
    cannotSee,
    fix: verdict === 'yes' ? '' : `${asRoot}; or sudo sysctl kernel.perf_event_paranoid=-1`,
  });
};

const tracefsRow = ({ seen, asRoot }: HostLooked): HostRow => {
  const { tracefs, mounted, events } = seen;
  const missing = [...events].flatMap(([event, has]) => (has ? [] : [`events/${event}`]));
  const lost = 'tracepoints and Ftrace events';
  switch (tracefs) {
    case 'not built in':
      return about('tracefs', { tool: 'not built in (CONFIG_TRACING)', verdict: 'no', cannotSee: lost, fix: 'none on this kernel' }); // prettier-ignore
    case 'not mounted':
      return about('tracefs', {
        tool: 'not mounted',
        verdict: 'no',
        cannotSee: `${lost}; perf as root mounts it by itself and leaves it mounted`,
        fix: MOUNT,
      });
    case 'not allowed':
      return about('tracefs', { tool: mounted, verdict: tracefs, cannotSee: `${lost}: only root may read it`, fix: `${asRoot}; or, for perf, ${REMOUNT} ${mounted}` }); // prettier-ignore
    case 'readable':
      return missing.length === 0
        ? about('tracefs', { tool: mounted, verdict: 'yes' })
        : about('tracefs', { tool: mounted, verdict: 'partly', cannotSee: `${missing.join(', ')}: not built in`, fix: 'none on this kernel' }); // prettier-ignore
  }
};

const pressureRow = ({ seen: { pressure } }: HostLooked): HostRow => {
  if (pressure === 'on') return about('PSI', { tool: PSI_FILES, verdict: 'yes' });
  const { tool, fix } = PRESSURE[pressure];
  return about('PSI', {
    tool,
    verdict: 'no',
    cannotSee: 'pressure: how long tasks waited for CPU, memory and I/O',
    fix,
  });
};

/** What of the host and the kernel limits captures, and who else traces there. */
export const hostRows = (looked: HostLooked): readonly HostRow[] => [
  ...tracerRows(looked.seen, looked),
  tracefsRow(looked),
  paranoidRow(looked),
  kptrRow(looked),
  btfRow(looked),
  pressureRow(looked),
  ...limitRows(looked.seen, looked.pmu),
];
