/**
 * Record types: up to 63 include/uapi/linux/perf_event.h; from 64 on tools/lib/perf/include/perf/event.h (made by perf
 * itself).
 */
export const RECORD = {
  MMAP: 1,
  LOST: 2,
  COMM: 3,
  EXIT: 4,
  THROTTLE: 5,
  UNTHROTTLE: 6,
  FORK: 7,
  READ: 8,
  SAMPLE: 9,
  MMAP2: 10,
  AUX: 11,
  ITRACE_START: 12,
  LOST_SAMPLES: 13,
  SWITCH: 14,
  SWITCH_CPU_WIDE: 15,
  NAMESPACES: 16,
  KSYMBOL: 17,
  BPF_EVENT: 18,
  CGROUP: 19,
  TEXT_POKE: 20,
  AUX_OUTPUT_HW_ID: 21,
  CALLCHAIN_DEFERRED: 22,
  HEADER_ATTR: 64,
  HEADER_EVENT_TYPE: 65,
  HEADER_TRACING_DATA: 66,
  HEADER_BUILD_ID: 67,
  FINISHED_ROUND: 68,
  ID_INDEX: 69,
  AUXTRACE_INFO: 70,
  AUXTRACE: 71,
  AUXTRACE_ERROR: 72,
  THREAD_MAP: 73,
  CPU_MAP: 74,
  STAT_CONFIG: 75,
  STAT: 76,
  STAT_ROUND: 77,
  EVENT_UPDATE: 78,
  TIME_CONV: 79,
  HEADER_FEATURE: 80,
  COMPRESSED: 81,
  FINISHED_INIT: 82,
  COMPRESSED2: 83,
  BPF_METADATA: 84,
  SCHEDSTAT_CPU: 85,
  SCHEDSTAT_DOMAIN: 86,
} as const;

const names = new Map<number, string>(Object.entries(RECORD).map(([name, type]) => [type, name]));

/** 'SAMPLE', 'MMAP2' ...; 'RECORD_99' for an unknown type. */
export const recordName = (type: number): string => names.get(type) ?? `RECORD_${type}`;

/**
 * Bits of perf_event_attr.sample_type, in the order of the fields in a sample (WEIGHT and WEIGHT_STRUCT share a field).
 */
export const SAMPLE = {
  IP: 2 ** 0,
  TID: 2 ** 1,
  TIME: 2 ** 2,
  ADDR: 2 ** 3,
  READ: 2 ** 4,
  CALLCHAIN: 2 ** 5,
  ID: 2 ** 6,
  CPU: 2 ** 7,
  PERIOD: 2 ** 8,
  STREAM_ID: 2 ** 9,
  RAW: 2 ** 10,
  BRANCH_STACK: 2 ** 11,
  REGS_USER: 2 ** 12,
  STACK_USER: 2 ** 13,
  WEIGHT: 2 ** 14,
  DATA_SRC: 2 ** 15,
  IDENTIFIER: 2 ** 16,
  TRANSACTION: 2 ** 17,
  REGS_INTR: 2 ** 18,
  PHYS_ADDR: 2 ** 19,
  AUX: 2 ** 20,
  CGROUP: 2 ** 21,
  DATA_PAGE_SIZE: 2 ** 22,
  CODE_PAGE_SIZE: 2 ** 23,
  WEIGHT_STRUCT: 2 ** 24,
} as const;

/** Bits of perf_event_attr.read_format. */
export const READ = { ENABLED: 1, RUNNING: 2, ID: 4, GROUP: 8, LOST: 16 } as const;

/** Bits of branch_sample_type that change the layout of a branch stack. */
export const BRANCH = { HW_INDEX: 2 ** 17, COUNTERS: 2 ** 19 } as const;

/** The low bits of a record's misc: the CPU mode. */
export const CPU_MODE = { MASK: 7, KERNEL: 1, USER: 2, HYPERVISOR: 3, GUEST_KERNEL: 4, GUEST_USER: 5 } as const;
export const MISC_COMM_EXEC = 1 << 13;
export const MISC_FORK_EXEC = 1 << 13;
export const MISC_SWITCH_OUT = 1 << 13;
export const MISC_MMAP_DATA = 1 << 13;
export const MISC_MMAP_BUILD_ID = 1 << 14;
export const MISC_BUILD_ID_SIZE = 1 << 15;

/** Low halves of the PERF_CONTEXT_* marks in a callchain: (u64)-32 ... (u64)-4095; the high half is all ones. */
export const CONTEXT = {
  HV: -32 >>> 0,
  KERNEL: -128 >>> 0,
  USER: -512 >>> 0,
  USER_DEFERRED: -640 >>> 0,
  GUEST: -2048 >>> 0,
  GUEST_KERNEL: -2176 >>> 0,
  GUEST_USER: -2560 >>> 0,
  MAX: -4095 >>> 0,
} as const;

/** Numbers of the header's feature sections: tools/perf/util/header.h. */
export const FEATURE = {
  TRACING_DATA: 1,
  BUILD_ID: 2,
  HOSTNAME: 3,
  OSRELEASE: 4,
  VERSION: 5,
  ARCH: 6,
  NRCPUS: 7,
  CPUDESC: 8,
  CPUID: 9,
  TOTAL_MEM: 10,
  CMDLINE: 11,
  EVENT_DESC: 12,
  CPU_TOPOLOGY: 13,
  NUMA_TOPOLOGY: 14,
  BRANCH_STACK: 15,
  PMU_MAPPINGS: 16,
  GROUP_DESC: 17,
  AUXTRACE: 18,
  STAT: 19,
  CACHE: 20,
  SAMPLE_TIME: 21,
  MEM_TOPOLOGY: 22,
  CLOCKID: 23,
  DIR_FORMAT: 24,
  BPF_PROG_INFO: 25,
  BPF_BTF: 26,
  COMPRESSED: 27,
  CPU_PMU_CAPS: 28,
  CLOCK_DATA: 29,
  HYBRID_TOPOLOGY: 30,
  PMU_CAPS: 31,
  CPU_DOMAIN_INFO: 32,
} as const;
