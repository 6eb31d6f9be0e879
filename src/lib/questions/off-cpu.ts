import { createReadStream } from 'node:fs';
import { readOffCpuBpftrace } from '../sources/bpftrace/off-cpu.ts';
import { offCpuBpftrace } from '../sources/bpftrace/programs.ts';
import { offCpuColumns } from '../sources/formats/off-cpu-columns.ts';
import type { OffCpu } from '../sources/formats/off-cpu-rows.ts';
import { readOffCpuPerf } from '../sources/perf-data/off-cpu.ts';
import { offCpuPerf } from '../sources/perf-data/programs.ts';
import { ENDED_PROCESSES, readWith } from './bpftrace-way.ts';
import { bpftraceLacks, perfLacks } from './needs.ts';
import { defineProgramQuestion } from './question.ts';
import type { Decoded, Way } from './way.ts';

const SILENT = 'threads that neither ran nor were woken in the window';
const CONTAINERS = 'why a runnable thread waited: a CPU quota (throttling) and a busy CPU look the same';

const decoded = ({ table, warnings, lost }: OffCpu): Decoded => ({ table, cannotSee: warnings, lost: lost.samples });

const bpftrace: Way = {
  tool: 'bpftrace',
  grain: 'totals',
  cannotSee: [SILENT, CONTAINERS, ENDED_PROCESSES],
  sources: [],
  lacks: bpftraceLacks,
  program: ({ target }) => offCpuBpftrace({ target }),
  read: async (captured) => decoded(await readWith(captured, readOffCpuBpftrace)),
};

const perf: Way = {
  tool: 'perf',
  grain: 'events',
  cannotSee: [SILENT, CONTAINERS],
  sources: [],
  lacks: perfLacks,
  program: (_asked, { versions, kernel }) =>
    offCpuPerf({ perf: versions['perf']?.replace(/^perf version /, ''), kernel }),
  read: async (captured) => {
    const context = { start: captured.start, symbols: captured.symbols, maps: new Map<number, string>() };
    return decoded(await readOffCpuPerf(createReadStream(captured.output, { highWaterMark: 1 << 20 }), context));
  },
};

export const offCpu = defineProgramQuestion({
  name: 'off-cpu',
  aliases: ['offcpu', 'offcputime', 'offwaketime'],
  doc: 'What do threads wait for? The time that they are off CPU, by stack, state and waker.',
  columns: offCpuColumns,
  ways: [bpftrace, perf],
});
