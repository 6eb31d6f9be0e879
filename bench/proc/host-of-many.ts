import type { RecordingStart, SampleFrame } from '../../src/lib/recording/recording.ts';
import type { FileSample } from '../../src/lib/sources/source.ts';
import { numbersFrom } from '../../test/random.ts';

/** Properties of a generated host. */
export interface Many {
  readonly processes: number;
  readonly seconds: number;
  /** Share of the processes that run in a second: their four files change. */
  readonly active: number;
  /** Processes that exit per second; as many start. */
  readonly churn: number;
}

interface Made {
  readonly pid: number;
  readonly started: number;
  readonly name: string;
  ticks: number;
  faults: number;
  runs: number;
  rss: number;
  bytes: number;
}

const NAMES = ['nginx', 'postgres', 'node', 'java', 'kworker/3:1', 'sshd', 'python3', 'redis-server', '(sd-pam)'];

const statOf = ({ pid, name, started, ticks, faults, runs, rss }: Made): string =>
  `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194560 ${faults} 350218 99 472 ${ticks} ${ticks >> 1} 2672 4402 20 0 ${1 + (pid % 7)} 0 ${started} 174063616 ${rss} 18446744073709551615 94188219072512 94188219899461 140725059845296 0 0 0 671173123 4096 1260 0 0 0 17 ${runs % 16} 0 0 18 0 0 94188220274448 94188220555504 94188243599360 140725059845923 140725059845934 140725059845934 140725059846125 0\n`;

const statusOf = ({ pid, name, rss, runs }: Made): string =>
  `Name:\t${name}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${pid}\nNgid:\t0\nPid:\t${pid}\nPPid:\t1\nTracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nFDSize:\t128\nGroups:\t4 24 27 1000 \nNStgid:\t${pid}\nNSpid:\t${pid}\nNSpgid:\t${pid}\nNSsid:\t${pid}\nKthread:\t0\nVmPeak:\t  235380 kB\nVmSize:\t  169984 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\nVmHWM:\t   ${rss * 4} kB\nVmRSS:\t   ${rss * 4} kB\nRssAnon:\t    4576 kB\nRssFile:\t    ${rss * 4 - 4576} kB\nRssShmem:\t       0 kB\nVmData:\t   19688 kB\nVmStk:\t    1032 kB\nVmExe:\t     808 kB\nVmLib:\t    9772 kB\nVmPTE:\t      96 kB\nVmSwap:\t       0 kB\nHugetlbPages:\t       0 kB\nCoreDumping:\t0\nTHP_enabled:\t1\nuntag_mask:\t0xffffffffffffffff\nThreads:\t${1 + (pid % 7)}\nSigQ:\t0/15245\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\nSigBlk:\t7be3c0fe28014a03\nSigIgn:\t0000000000001000\nSigCgt:\t00000001800004ec\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\nSpeculation_Store_Bypass:\tthread vulnerable\nSpeculationIndirectBranch:\tconditional enabled\nCpus_allowed:\tffff\nCpus_allowed_list:\t0-15\nMems_allowed:\t00000001\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t${runs}\nnonvoluntary_ctxt_switches:\t${runs >> 3}\nx86_Thread_features:\t\nx86_Thread_features_locked:\t\n`;

const schedstatOf = ({ ticks, runs }: Made): string => `${ticks * 10_000_000 + runs * 1237} ${runs * 91_234} ${runs}\n`;

const ioOf = ({ bytes, runs }: Made): string =>
  `rchar: ${bytes * 3}\nwchar: ${bytes}\nsyscr: ${runs * 2}\nsyscw: ${runs}\nread_bytes: ${bytes & ~4095}\nwrite_bytes: ${(bytes >> 1) & ~4095}\ncancelled_write_bytes: 0\n`;

const filesOf = (made: Made): FileSample[] =>
  Object.entries({ stat: statOf(made), status: statusOf(made), schedstat: schedstatOf(made), io: ioOf(made) }).map(
    ([file, text]) => ({ path: `/proc/${made.pid}/${file}`, bytes: Buffer.from(text) }),
  );

const run = (made: Made, random: () => number): void => {
  made.ticks += Math.floor(random() * 12);
  made.faults += Math.floor(random() * 200);
  made.runs += 1 + Math.floor(random() * 500);
  made.rss = Math.max(1200, made.rss + Math.floor((random() - 0.5) * 60));
  made.bytes += Math.floor(random() * 1e6);
};

/** The start of the recording of a generated host. */
export const manyStart: RecordingStart = {
  host: {
    url: 'local:',
    hostname: 'made-up',
    kernel: '6.12.0',
    arch: 'x86_64',
    os: 'none',
    bootId: '',
    cpus: 16,
    pageSize: 4096,
    ticks: 100,
    memory: 64e9,
    user: 'root',
  },
  tools: {},
  clock: { monotonic: 0, boottime: 0, realtime: 0, notebook: 0, error: 0 },
  streams: {
    'proc.pid': {
      recipe: {
        read: ['stat', 'status', 'schedstat', 'io'].map((file) => `/proc/[0-9]*/${file}`),
        perProcess: true,
      },
      asked: 1,
      tool: 'made up',
    },
  },
};

/** The samples that the sampler would send from such a host, one per second. */
export function* manyFrames({ processes, seconds, active, churn }: Many): Generator<SampleFrame> {
  const random = numbersFrom(7);
  let next = 100;
  const begin = (t: number): Made => {
    const [pid, rss] = [next++, 3000 + Math.floor(random() * 40_000)];
    return {
      pid,
      started: 100 + t * 100 + pid,
      name: NAMES[pid % NAMES.length] ?? '',
      ticks: pid,
      faults: 900,
      runs: 9,
      rss,
      bytes: 0,
    };
  };
  let all = Array.from({ length: processes }, () => begin(0));
  for (let t = 0; t < seconds; t++) {
    const gone = t === 0 ? [] : all.slice(0, churn).map(({ pid }) => `/proc/${pid}/`);
    const born = gone.map(() => begin(t));
    all = [...all.slice(gone.length), ...born];
    const changed =
      t === 0 ? all : [...all.slice(0, -born.length || undefined).filter(() => random() < active), ...born];
    for (const made of changed) run(made, random);
    const files = changed.flatMap(filesOf);
    yield { kind: 'sample', stream: 'proc.pid', t, clock: 'monotonic', whole: t === 0, files, gone };
  }
}
