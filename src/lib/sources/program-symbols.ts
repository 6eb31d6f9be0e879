import { createReadStream } from 'node:fs';
import type { Wanted } from '../stacks/symbols/collect.ts';
import { pidsOfCpuProfileBpftrace, wantedOfCpuProfileBpftrace } from './bpftrace/cpu-profile.ts';
import { pidsOfOffCpuBpftrace, wantedOfOffCpuBpftrace } from './bpftrace/off-cpu.ts';
import { pidsOfOffCpuFtrace, wantedOfOffCpuFtrace } from './ftrace/off-cpu.ts';
import { wantedOf } from './perf-data/wanted.ts';
import type { Program } from './program.ts';

/** What has to be fetched from the host so that the stacks in a program's output get names. */
export interface SymbolNeeds {
  /** The processes whose /proc/PID/maps is needed; none if the output has the mappings itself. */
  pids(output: string): Promise<readonly number[]>;
  wanted(output: string, maps: ReadonlyMap<number, string>): Promise<Wanted>;
}

const perf: SymbolNeeds = { pids: () => Promise.resolve([]), wanted: (output) => wantedOf(output) };

const BPFTRACE: Readonly<Record<string, SymbolNeeds>> = {
  'cpu-profile': {
    pids: (output) => pidsOfCpuProfileBpftrace(createReadStream(output)),
    wanted: (output, maps) => wantedOfCpuProfileBpftrace(createReadStream(output), maps),
  },
  'off-cpu': {
    pids: (output) => pidsOfOffCpuBpftrace(createReadStream(output)),
    wanted: (output, maps) => wantedOfOffCpuBpftrace(createReadStream(output), maps),
  },
};

const FTRACE: typeof BPFTRACE = {
  'off-cpu': {
    pids: (output) => pidsOfOffCpuFtrace(createReadStream(output)),
    wanted: (output, maps) => wantedOfOffCpuFtrace(createReadStream(output), maps),
  },
};

/** What the program of a question needs; undefined if its output has no stacks of addresses. */
export const symbolNeeds = ({ tool, argv }: Program, question: string): SymbolNeeds | undefined => {
  if (tool === 'perf') return argv.includes('record') ? perf : undefined;
  if (tool === 'inspector') return undefined;
  return (tool === 'Ftrace' ? FTRACE : BPFTRACE)[question];
};
