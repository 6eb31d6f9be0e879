import { createReadStream } from 'node:fs';
import { readCpuProfileBpftrace } from '../sources/bpftrace/cpu-profile.ts';
import { cpuProfileBpftrace } from '../sources/bpftrace/programs.ts';
import { cpuProfilePerf } from '../sources/perf-data/programs.ts';
import { profileColumns } from '../sources/profile-decoder.ts';
import { cpuProfileInspector } from '../sources/inspector/program.ts';
import { readCpuProfileInspector } from '../sources/inspector/read.ts';
import { readProfile } from '../sources/profile-reader.ts';
import { targetPids } from '../sources/program.ts';
import { BPFTRACE_MEMORY, ENDED_PROCESSES, readWith } from './bpftrace-way.ts';
import { answerOfProfile } from './of-profile.ts';
import { bpftraceLacks, inspectorLacks, isUserOnly, perfLacks, perfMemory, perfVersion } from './needs.ts';
import { defineProgramQuestion } from './question.ts';
import type { Decoded, EventCost, Way } from './way.ts';

const ONLY_ON_CPU = 'what threads waited for: only code that runs on a CPU is sampled';
const NO_PMU =
  'code that runs with interrupts disabled: this host has no PMU, so a timer takes the samples and they arrive when interrupts are enabled again';

/** Samples per second of each CPU: not a divisor of the rates at which programs do things. */
const HZ = 49;

/** Per sample with its stacks. bpftrace prints each one as text. */
const COST: Readonly<Record<'bpftrace' | 'inspector' | 'perf', EventCost>> = {
  perf: { event: 'sample', added: 3e-6, own: 1e-6, others: 0, bytes: 400 },
  bpftrace: { event: 'sample', added: 5e-6, own: 80e-6, others: 1e-6, bytes: 600 },
  inspector: { event: 'sample', added: 120e-6, own: 1e-6, others: 0, bytes: 12, threads: 1 },
};

/** With what its samples cost the tasks that were running. */
const withCost = (decoded: Decoded, { added }: EventCost): Decoded => ({
  ...decoded,
  added: decoded.table.size * added,
});

const USER_CODE = 'kernel code: this login may only sample user code (kernel.perf_event_paranoid)';

const perf: Way = {
  tool: 'perf',
  grain: 'events',
  hz: HZ,
  cannotSee: [ONLY_ON_CPU],
  memory: perfMemory(),
  perEvent: COST.perf,
  sources: [],
  lacks: perfLacks,
  program: (asked, host) => {
    const event = asked.event ?? (host.pmu ? 'cycles' : 'cpu-clock');
    return cpuProfilePerf({
      ...asked,
      hz: asked.hz ?? HZ,
      perf: perfVersion(host),
      kernel: host.kernel,
      event: isUserOnly(host) && !event.includes(':') ? `${event}:u` : event,
    });
  },
  read: async (captured) => {
    const profile = await readProfile(createReadStream(captured.output, { highWaterMark: 1 << 20 }), {
      ...(captured.symbols === undefined ? {} : { symbols: captured.symbols, ownFiles: false }),
    });
    const events = profile.meta.events.map(({ name }) => name);
    const cannotSee = [
      ...(events.some((name) => name.startsWith('cpu-clock')) ? [NO_PMU] : []),
      ...(events.some((name) => name.endsWith(':u')) ? [USER_CODE] : []),
    ];
    return withCost(answerOfProfile(profile, captured, cannotSee), COST.perf);
  },
};

const bpftrace: Way = {
  tool: 'bpftrace',
  grain: 'events',
  hz: HZ,
  cannotSee: [ONLY_ON_CPU, NO_PMU, ENDED_PROCESSES],
  memory: () => BPFTRACE_MEMORY,
  perEvent: COST.bpftrace,
  sources: [],
  lacks: bpftraceLacks,
  program: ({ hz = HZ, target }) => cpuProfileBpftrace({ hz, target }),
  read: async (captured) => {
    const profile = await readWith(captured, readCpuProfileBpftrace);
    return withCost(answerOfProfile(profile, captured), COST.bpftrace);
  },
};

const inspector: Way = {
  tool: 'inspector',
  grain: 'events',
  hz: HZ,
  cannotSee: [
    'native and kernel code: only JavaScript functions have frames; native code without JavaScript below it is (program)',
    'worker threads and other processes: only the main thread of the process is sampled',
    'functions that V8 had inlined before the capture: they count as their callers',
    'whether code ran or waited in a system call: V8 samples by wall-clock time, and leaves out only an idle event loop',
  ],
  memory: () => 30e6,
  perEvent: COST.inspector,
  costs:
    'while it runs, the inspector of the process is open at a port of the loopback interface (9229): every user of the host can run code in the process by it; Node writes five lines to the standard error of the process; a SIGUSR1 handler of its own would run instead',
  sources: [],
  lacks: inspectorLacks,
  prefers: ({ process }) => process?.node === true && !process.map,
  program: ({ hz = HZ, target }) => cpuProfileInspector(targetPids(target)[0] ?? 0, hz),
  read: async (captured) => {
    const profile = await readCpuProfileInspector(createReadStream(captured.output), captured.start);
    return withCost(answerOfProfile(profile, captured), COST.inspector);
  },
};

export const cpuProfile = defineProgramQuestion({
  name: 'cpu-profile',
  aliases: ['profile', 'perf record'],
  doc: 'Which code runs on the CPUs: samples of the call stacks of all running threads.',
  columns: {
    ...profileColumns,
    t: { ...profileColumns.t, doc: "When the sample was taken, in seconds since the recording's start." },
  },
  ways: [perf, bpftrace, inspector],
});
