/** One fault with its victim, or one healthy load with a victim that it must not harm. Scripts run in the bed. */
export interface Case {
  readonly name: string;
  readonly mechanism: string;
  /** The resource that /proc shows tasks waiting for; 'open' if /proc cannot show it; 'healthy' if no task waits. */
  readonly expect: 'CPU' | 'memory' | 'disk' | 'network' | 'limits' | 'open' | 'healthy';
  /** The resource or cause that the verdict must not clear, if it is not `expect`. */
  readonly guilty?: string;
  /** Kind and arguments of the victim. */
  readonly victim: readonly [kind: string, ...args: string[]];
  /** What runs with and without the fault: the server of the victim. */
  readonly base?: string;
  readonly fault: string;
  /** Runs the victim inside the cgroup. */
  readonly inside?: true;
  /** Arguments of the victim with the fault, if the victim itself has the fault. */
  readonly itself?: readonly string[];
  /** What the finding on that resource must name: a pattern in which $STACKED and $THROTTLED stand for those devices. */
  readonly culprit?: string;
}

const V1 = '/sys/fs/cgroup';
const slow = (what: 'read' | 'write', rate: number): string =>
  `echo "$THROTTLED_ID ${String(rate)}" >${V1}/blkio/$CG/blkio.throttle.${what}_iops_device`;
const swap = 'echo 512M >/sys/block/${ZRAM#/dev/}/disksize; mkswap $ZRAM; swapon -p 10 $ZRAM';
const limit = (size: string): string => `echo ${size} >${V1}/memory/$CG/memory.limit_in_bytes`;
const join = (controller: string): string => `echo $$ >${V1}/${controller}/$CG/cgroup.procs`;

/** Every mechanism that this bench plants. */
export const cases: readonly Case[] = [
  {
    name: 'many-processes',
    mechanism: 'queueing on all CPUs',
    expect: 'CPU',
    victim: ['cpu'],
    fault: 'load spin 8',
    culprit: '8 x spin',
  },
  {
    name: 'many-threads',
    mechanism: 'queueing, threads of one process',
    expect: 'CPU',
    victim: ['cpu'],
    fault: 'load threads 8',
    culprit: 'threads .\\d+',
  },
  {
    name: 'quota',
    mechanism: 'CPU quota of a cgroup',
    expect: 'CPU',
    victim: ['cpu'],
    inside: true,
    fault: `echo 20000 >${V1}/cpu/$CG/cpu.cfs_quota_us; ${join('cpu')}; load spin 1`,
    culprit: 'CPU quota of .*fbf-minute',
  },
  {
    name: 'bursts',
    mechanism: '125 ms of four tasks, each 3 s',
    expect: 'CPU',
    victim: ['cpu'],
    fault: 'load burst 4 250 3000',
    culprit: '4 x burst',
  },
  {
    name: 'pinned',
    mechanism: 'tasks pinned to one CPU',
    expect: 'CPU',
    victim: ['pinned'],
    fault: 'load spin 3 0 1',
    culprit: '3 x spin',
  },
  {
    name: 'short-lived',
    mechanism: 'storm of short-lived processes',
    expect: 'CPU',
    victim: ['cpu'],
    fault: 'load reaper 8',
    culprit: 'short-lived processes of reaper',
  },
  {
    name: 'slow-device',
    mechanism: 'a device of five requests a second',
    expect: 'disk',
    victim: ['read', '$STACKED'],
    inside: true,
    fault: slow('read', 3),
    culprit: '^$STACKED',
  },
  {
    name: 'sync-beside-writers',
    mechanism: 'sync writes beside two writers',
    expect: 'disk',
    victim: ['write', '$STACKED'],
    inside: true,
    fault: `${slow('write', 60)}; ${join('blkio')}; load writer $STACKED 2`,
    culprit: '^$STACKED: 2 x writer',
  },
  {
    name: 'io-limit',
    mechanism: 'I/O limit of a cgroup',
    expect: 'disk',
    victim: ['read', '$THROTTLED'],
    inside: true,
    fault: slow('read', 2),
    culprit: '^waits above the block devices, cgroup .*fbf-minute',
  },
  {
    name: 'memory-limit',
    mechanism: 'memory limit, swapping inside it',
    expect: 'memory',
    victim: ['mem', '60'],
    inside: true,
    fault: `${swap}; ${limit('20M')}`,
    culprit: '^cgroup .*fbf-minute',
  },
  {
    name: 'oom',
    mechanism: 'OOM kills in a cgroup',
    expect: 'memory',
    victim: ['job', '60'],
    inside: true,
    fault: `${limit('30M')}; echo 30M >${V1}/memory/$CG/memory.memsw.limit_in_bytes`,
    culprit: 'fbf-minute',
  },
  {
    name: 'accept-queue',
    mechanism: 'full accept queue',
    expect: 'network',
    victim: ['connect', '7001'],
    base: 'load slowaccept 7001 1',
    fault: 'load slowaccept 7005 400 & load dialer 7005 6',
    itself: ['connect', '7005'],
    culprit: 'accept queue',
  },
  {
    name: 'udp-buffer',
    mechanism: 'full UDP receive buffer',
    expect: 'network',
    victim: ['udp', '7002'],
    base: 'load udpslow 7002',
    fault: 'load udpsend 7002',
    culprit: 'receive buffer',
  },
  {
    name: 'packet-loss',
    mechanism: '5 % of packets lost',
    expect: 'network',
    victim: ['tcp', '7003'],
    base: 'load echo 7003',
    fault: 'iptables -A INPUT -i lo -m statistic --mode random --probability 0.05 -j DROP',
    culprit: 'packet loss',
  },
  {
    name: 'descriptors',
    mechanism: 'RLIMIT_NOFILE reached',
    expect: 'limits',
    victim: ['open'],
    itself: ['open', '64'],
    fault: 'true',
    culprit: 'victim',
  },
  {
    name: 'pids-max',
    mechanism: 'pids.max of a cgroup',
    expect: 'limits',
    victim: ['fork'],
    inside: true,
    fault: `echo 1 >${V1}/pids/$CG/pids.max`,
    culprit: 'pids.max of .*fbf-minute',
  },
  {
    name: 'slow-peer',
    mechanism: 'waiting for a slow peer',
    expect: 'open',
    guilty: 'network',
    victim: ['tcp', '7003'],
    base: 'load echo 7003',
    fault: 'load echo 7004 100',
    itself: ['tcp', '7004'],
  },
  {
    name: 'lock',
    mechanism: 'a contended lock',
    expect: 'open',
    guilty: 'locks',
    victim: ['lock'],
    itself: ['lock', 'held'],
    fault: 'true',
  },
  {
    name: 'one-hog',
    mechanism: 'healthy: one process computes',
    expect: 'healthy',
    victim: ['cpu'],
    fault: 'load spin 1',
  },
  {
    name: 'nice-batch',
    mechanism: 'healthy: four at nice 19',
    expect: 'healthy',
    victim: ['cpu'],
    // With sched_autogroup each session is one scheduling group and nice counts only inside it: set the group's nice, too.
    fault: 'echo 19 >/proc/$$/autogroup; load spin 4 19',
  },
  {
    name: 'web-server',
    mechanism: 'healthy: busy, no queue',
    expect: 'healthy',
    victim: ['tcp', '7003'],
    base: 'load echo 7003 0 100',
    fault: 'load client 7003 3 1000',
  },
  {
    name: 'sequential-read',
    mechanism: 'healthy: nobody waits for it',
    expect: 'healthy',
    victim: ['cpu'],
    fault: 'load reader $LARGE',
  },
  {
    name: 'page-cache',
    mechanism: 'healthy: large page cache',
    expect: 'healthy',
    victim: ['mem', '50'],
    fault: 'load reader $LARGE 1',
  },
  {
    name: 'idle-threads',
    mechanism: 'healthy: 300 idle threads',
    expect: 'healthy',
    victim: ['cpu'],
    fault: 'load idlers 300',
  },
];
