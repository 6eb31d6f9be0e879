import { createReadStream } from 'node:fs';
import { cpuCountersColumns, readCpuCounters } from '../sources/perf-stat/cpu-counters.ts';
import { cpuCountersPerf, topDownGroups } from '../sources/perf-stat/programs.ts';
import type { Program } from '../sources/program.ts';
import { isUserOnly, perfLacks, perfMemory } from './needs.ts';
import { defineProgramQuestion } from './question.ts';
import type { HostRights, ProgramOptions, Way } from './way.ts';

/** What to start: first with top-down level 1, if perf knows it for this CPU, then without. */
const programs = ({ target }: ProgramOptions, host: HostRights): readonly [Program, ...Program[]] => {
  const { pmu, arch } = host;
  const userOnly = isUserOnly(host);
  const withEvents = cpuCountersPerf({ target, pmu, userOnly });
  // perf gives a cgroup and the modifier u to the events of -e only, not to those of a metric.
  if (!pmu || userOnly || (target !== undefined && 'cgroup' in target)) return [withEvents];
  const [first, ...others] = topDownGroups(arch).map((topDown) => cpuCountersPerf({ target, pmu, topDown }));
  return first === undefined ? [withEvents] : [first, ...others, withEvents];
};

const USER_ONLY =
  'kernel code, context switches and migrations: this login may only count user code of its own processes';

const perf: Way = {
  tool: 'perf',
  grain: 'totals',
  cannotSee: ['which code the events come from (a CPU profile by event tells: profile({ event }))'],
  costs: 'the PMU and the kernel count, and perf reads the counts of each CPU once a second',
  memory: perfMemory(0),
  sources: [],
  lacks: perfLacks,
  program: (asked, host) => programs(asked, host)[0],
  simpler: (asked, host) => programs(asked, host).slice(1),
  read: async ({ output, program, began, end }) => {
    const pmu = program.argv.some((word) => word.includes('cycles'));
    const { table, warnings } = await readCpuCounters(createReadStream(output), { began, end, pmu });
    const own = program.argv.some((word) => word.includes(':u')) ? [USER_ONLY] : [];
    return { table, cannotSee: [...own, ...warnings], lost: 0 };
  },
};

/** perf stat: https://man7.org/linux/man-pages/man1/perf-stat.1.html */
export const cpuCounters = defineProgramQuestion({
  name: 'cpu-counters',
  aliases: ['perf stat', 'counters', 'ipc'],
  doc: 'How well do the CPUs execute? Instructions per cycle, cache and branch misses, stalls and top-down level 1, where there is a PMU; context switches, migrations and page faults everywhere.',
  columns: cpuCountersColumns,
  ways: [perf],
});
