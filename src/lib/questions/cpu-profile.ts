import { createReadStream } from 'node:fs';
import { readCpuProfileBpftrace } from '../sources/bpftrace/cpu-profile.ts';
import { cpuProfileBpftrace } from '../sources/bpftrace/programs.ts';
import { cpuProfilePerf } from '../sources/perf-data/programs.ts';
import { profileColumns } from '../sources/profile-decoder.ts';
import { readProfile } from '../sources/profile-reader.ts';
import { BPFTRACE_MEMORY, ENDED_PROCESSES, readWith } from './bpftrace-way.ts';
import { answerOfProfile } from './of-profile.ts';
import { bpftraceLacks, isUserOnly, perfLacks, perfMemory, perfVersion } from './needs.ts';
import { defineProgramQuestion } from './question.ts';
import type { Decoded, EventCost, Way } from './way.ts';

const ONLY_ON_CPU = 'what threads waited for: only code that runs on a CPU is sampled';
const NO_PMU =
  'code that runs with interrupts disabled: this host has no PMU, so a timer takes the samples and they arrive when interrupts are enabled again';

/** Samples per second of each CPU: not a divisor of the rates at which programs do things. */
const HZ = 49;

/** Per sample with its stacks. bpftrace prints each one as text. */
const COST: Readonly<Record<'bpftrace' | 'perf', EventCost>> = {
  perf: { event: 'sample', added: 3e-6, own: 1e-6, others: 0, bytes: 400 },
  bpftrace: { event: 'sample', added: 5e-6, own: 80e-6, others: 1e-6, bytes: 600 },
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

export const cpuProfile = defineProgramQuestion({
  name: 'cpu-profile',
  aliases: ['profile', 'perf record'],
  doc: 'Which code runs on the CPUs: samples of the call stacks of all running threads.',
  columns: {
    ...profileColumns,
    t: { ...profileColumns.t, doc: "When the sample was taken, in seconds since the recording's start." },
  },
  ways: [perf, bpftrace],
});
