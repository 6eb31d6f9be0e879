import { dmesg } from './dmesg.ts';
import { free } from './free.ts';
import { iostat } from './iostat.ts';
import { mpstat } from './mpstat.ts';
import { pidstat } from './pidstat.ts';
import { sarDev } from './sar-dev.ts';
import { sarTcp } from './sar-tcp.ts';
import type { Step } from './step.ts';
import { top } from './top.ts';
import { uptime } from './uptime.ts';
import { vmstat } from './vmstat.ts';

/** The ten commands of "Linux Performance Analysis in 60,000 Milliseconds", in their order. */
export const steps: readonly Step[] = [uptime, dmesg, vmstat, mpstat, pidstat, iostat, free, sarDev, sarTcp, top];
