import { createReadStream } from 'node:fs';
import { readOffCpuBpftrace } from '../sources/bpftrace/off-cpu.ts';
import { offCpuBpftrace } from '../sources/bpftrace/programs.ts';
import { offCpuColumns } from '../sources/formats/off-cpu-columns.ts';
import type { OffCpu } from '../sources/formats/off-cpu-rows.ts';
import { readOffCpuFtrace } from '../sources/ftrace/off-cpu.ts';
import { offCpuFtrace, SWITCH_KB, USER_FRAMES } from '../sources/ftrace/off-cpu-program.ts';
import { readOffCpuPerf } from '../sources/perf-data/off-cpu.ts';
import { offCpuPerf, SWITCH_PAGES } from '../sources/perf-data/programs.ts';
import { BPFTRACE_MEMORY, ENDED_PROCESSES, readWith } from './bpftrace-way.ts';
import { bpftraceLacks, ftraceLacks, ftraceMemory, perfMemory, perfTraceLacks, perfVersion } from './needs.ts';
import { defineProgramQuestion } from './question.ts';
import type { Decoded, EventCost, Lack, ProgramOptions, Way } from './way.ts';

const SILENT = 'threads that neither ran nor were woken in the window';
const CONTAINERS = 'why a runnable thread waited: a CPU quota (throttling) and a busy CPU look the same';

const SWITCHES = { event: 'context switch', instead: "ask('wait-samples'), which reads /proc" } as const;

/** Per context switch, with its stacks and the wakeup before it: measured on two processes that wake each other. */
const COST: Readonly<Record<'bpftrace' | 'perf' | 'ftrace', EventCost>> = {
  bpftrace: { ...SWITCHES, added: 5.8e-6, own: 0.3e-6, others: 1.1e-6, bytes: 6 },
  perf: { ...SWITCHES, added: 6.3e-6, own: 0.15e-6, others: 6.3e-6, bytes: 280 },
  ftrace: { ...SWITCHES, added: 6e-6, own: 0.4e-6, others: 6e-6, bytes: 320 },
};

/** An interval off CPU begins and ends in switches that a tool records for the task that runs before: it needs all of them. */
const wholeHost = (tool: string, { target }: ProgramOptions): Lack | undefined =>
  target === undefined
    ? undefined
    : {
        verdict: 'no',
        why: `${tool} records the switches of the whole host: a target would lose the ends of its intervals`,
        fix: 'leave out target, and filter the rows by pid',
      };

const decoded = ({ table, warnings, lost }: OffCpu, { added }: EventCost): Decoded => {
  const { count } = table.data;
  let intervals = 0;
  if (count?.kind === 'number') for (let i = 0; i < table.size; i++) intervals += count.values[i] ?? 0;
  return { table, cannotSee: warnings, lost: lost.samples, added: intervals * added };
};

const bpftrace: Way = {
  tool: 'bpftrace',
  grain: 'totals',
  cannotSee: [SILENT, CONTAINERS, ENDED_PROCESSES],
  memory: () => BPFTRACE_MEMORY,
  perEvent: COST.bpftrace,
  sources: [],
  lacks: bpftraceLacks,
  program: ({ target }) => offCpuBpftrace({ target }),
  read: async (captured) => decoded(await readWith(captured, readOffCpuBpftrace), COST.bpftrace),
};

const perf: Way = {
  tool: 'perf',
  grain: 'events',
  cannotSee: [SILENT, CONTAINERS],
  memory: perfMemory(SWITCH_PAGES),
  perEvent: COST.perf,
  sources: [],
  lacks: (host, asked) => perfTraceLacks(host) ?? wholeHost('perf', asked),
  program: (_asked, host) => offCpuPerf({ perf: perfVersion(host), kernel: host.kernel }),
  read: async (captured) => {
    const context = { start: captured.start, symbols: captured.symbols, maps: new Map<number, string>() };
    const source = createReadStream(captured.output, { highWaterMark: 1 << 20 });
    return decoded(await readOffCpuPerf(source, context), COST.perf);
  },
};

const FEW_FRAMES = `user stacks of more than ${String(USER_FRAMES)} frames: the kernel writes only the innermost ones`;

const ftrace: Way = {
  tool: 'Ftrace',
  grain: 'events',
  cannotSee: [SILENT, CONTAINERS, FEW_FRAMES, ENDED_PROCESSES],
  memory: ftraceMemory(SWITCH_KB),
  perEvent: COST.ftrace,
  sources: [],
  lacks: (host, asked) => ftraceLacks(host, asked) ?? wholeHost('Ftrace', asked),
  program: (_asked, host) => offCpuFtrace({ kernel: host.kernel }),
  read: async (captured) => decoded(await readWith(captured, readOffCpuFtrace), COST.ftrace),
};

export const offCpu = defineProgramQuestion({
  name: 'off-cpu',
  aliases: ['offcpu', 'offcputime', 'offwaketime'],
  doc: 'What do threads wait for? The time that they are off CPU, by stack, state and waker.',
  columns: offCpuColumns,
  ways: [bpftrace, perf, ftrace],
});
