import { FridayError } from '../errors.ts';
import { cgroupCpu } from './cgroup/cpu.ts';
import { cgroupMemory } from './cgroup/memory.ts';
import { cgroupPids } from './cgroup/pids.ts';
import { cgroupPressure } from './cgroup/pressure.ts';
import { kmsg } from './dev/kmsg.ts';
import { diskstats } from './proc/diskstats.ts';
import { loadavg } from './proc/loadavg.ts';
import { meminfo } from './proc/meminfo.ts';
import { netConntrack } from './proc/net-conntrack.ts';
import { netDev } from './proc/net-dev.ts';
import { netNetstat } from './proc/net-netstat.ts';
import { netSnmp } from './proc/net-snmp.ts';
import { netSockstat } from './proc/net-sockstat.ts';
import { netSoftnet } from './proc/net-softnet.ts';
import { pidFds } from './proc/pid-fds.ts';
import { pidIo } from './proc/pid-io.ts';
import { pidSchedstat } from './proc/pid-schedstat.ts';
import { pidStat } from './proc/pid-stat.ts';
import { pidStatus } from './proc/pid-status.ts';
import { cpuPressure } from './proc/pressure-cpu.ts';
import { ioPressure } from './proc/pressure-io.ts';
import { irqPressure } from './proc/pressure-irq.ts';
import { memoryPressure } from './proc/pressure-memory.ts';
import { pidTask } from './proc/pid-task.ts';
import { processes } from './proc/processes.ts';
import { schedstat } from './proc/schedstat.ts';
import { stat } from './proc/stat.ts';
import { statInterrupts } from './proc/stat-interrupts.ts';
import { statSoftirqs } from './proc/stat-softirqs.ts';
import { sys } from './proc/sys.ts';
import { vmstat } from './proc/vmstat.ts';
import type { Source } from './source.ts';

/** A new source needs its file, a fixture and a line here. */
const declared = [
  stat,
  statInterrupts,
  statSoftirqs,
  schedstat,
  loadavg,
  meminfo,
  vmstat,
  diskstats,
  netDev,
  netSnmp,
  netNetstat,
  netSoftnet,
  netSockstat,
  netConntrack,
  cpuPressure,
  memoryPressure,
  ioPressure,
  irqPressure,
  cgroupPressure,
  cgroupCpu,
  cgroupMemory,
  cgroupPids,
  sys,
  pidStat,
  pidStatus,
  pidSchedstat,
  pidIo,
  pidFds,
  pidTask,
  processes,
  kmsg,
] as const;

/** Any of these sources, with its name and its columns: `rows.ts` takes the types of rows from it. */
export type Declared = (typeof declared)[number];

/** All sources that sample files of the host. */
export const sources: readonly Source[] = declared;

/**
 * The source with that name; throws kind 'usage' with a list of all sources and `others`, names that the caller also
 * accepts.
 */
export const findSource = (name: string, others: readonly string[] = []): Source => {
  const source = sources.find((one) => one.name === name);
  if (source) return source;
  throw new FridayError('usage', `sources: expected the name of a source, got ${JSON.stringify(name)}`, {
    next: `Sources: ${[...sources.map((one) => one.name), ...others].join(', ')}.`,
  });
};

/** The name under which a source's samples are recorded. */
export const streamOf = ({ name, stream }: Pick<Source, 'name' | 'stream'>): string => stream ?? name;
