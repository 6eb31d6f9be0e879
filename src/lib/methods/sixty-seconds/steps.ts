import { cgroupLimits } from './cgroup-limits.ts';
import { dmesg } from './dmesg.ts';
import { free } from './free.ts';
import { iostat } from './iostat.ts';
import { limits } from './limits.ts';
import { mpstat } from './mpstat.ts';
import { pidstat } from './pidstat.ts';
import { pressure } from './pressure.ts';
import { sarDev } from './sar-dev.ts';
import { sarTcp } from './sar-tcp.ts';
import type { Step } from '../step.ts';
import { top } from './top.ts';
import { udp } from './udp.ts';
import { uptime } from './uptime.ts';
import { vmstat } from './vmstat.ts';

/** The ten commands of "Linux Performance Analysis in 60,000 Milliseconds", in their order. */
export const checklist: readonly Step[] = [uptime, dmesg, vmstat, mpstat, pidstat, iostat, free, sarDev, sarTcp, top];

/** Steps beyond the ten commands; they are judged if the recording has their sources. */
export const further: readonly Step[] = [pressure, cgroupLimits, udp, limits];

/** Every step of the first minute. */
export const steps: readonly Step[] = [...checklist, ...further];
