import { cgroupLimits } from './cgroup-limits.ts';
import { cgroupPressure } from './cgroup-pressure.ts';
import { cpuCounters } from './cpu-counters.ts';
import { cpuProfile } from './cpu-profile.ts';
import { cpuUtilization } from './cpu-utilization.ts';
import { diskActivity } from './disk-activity.ts';
import { kernelLog } from './kernel-log.ts';
import { limits } from './limits.ts';
import { loadAverage } from './load-average.ts';
import { memory } from './memory.ts';
import { networkInterfaces } from './network-interfaces.ts';
import { offCpu } from './off-cpu.ts';
import { pressure } from './pressure.ts';
import { processActivity } from './process-activity.ts';
import { processes } from './processes.ts';
import type { Question } from './question.ts';
import { reclaim } from './reclaim.ts';
import { runDelay } from './run-delay.ts';
import { softnet } from './softnet.ts';
import { systemActivity } from './system-activity.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';
import { waitSamples } from './wait-samples.ts';

/** Every question, one line each. */
const declared = [
  loadAverage,
  kernelLog,
  systemActivity,
  cpuUtilization,
  processActivity,
  diskActivity,
  memory,
  networkInterfaces,
  tcp,
  processes,
  pressure,
  cgroupPressure,
  cgroupLimits,
  runDelay,
  reclaim,
  udp,
  softnet,
  limits,
  cpuProfile,
  offCpu,
  cpuCounters,
  waitSamples,
] as const;

/** Any of these questions, with its name and its columns: `rows.ts` takes the types of rows from it. */
export type Declared = (typeof declared)[number];

export const questions: readonly Question[] = declared;
