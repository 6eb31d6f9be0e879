import { spawnSync } from 'node:child_process';
import type { ProgramOrder } from '../../src/recorder/client.ts';
import type { Program } from '../../src/lib/sources/program.ts';

const has = (tool: string): boolean => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool]).status === 0;

/** A CPU profile by perf, as perf.data in pipe mode. */
export const PERF: Program = {
  tool: 'perf',
  argv: ['perf', 'record', '-e', 'cpu-clock', '-F', '49', '-a', '-g', '-k', 'CLOCK_MONOTONIC', '-o', '-'],
  stop: 'INT',
  grace: 5,
};

/** A program text that goes to bpftrace's standard input. */
export const BPFTRACE: Program = {
  tool: 'bpftrace',
  argv: ['bpftrace', '-f', 'json', '-'],
  input: 'profile:hz:49 { @[comm] = count(); }\n',
  stop: 'INT',
  grace: 5,
};

/** Both, as far as this machine has them. */
export const PROGRAMS: readonly ProgramOrder[] = [
  { name: 'perf', ways: [PERF] },
  { name: 'bpftrace', ways: [BPFTRACE] },
].filter(({ name }) => has(name));
