import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ProgramOrder } from '../../src/recorder/client.ts';
import { ftraceProgram } from '../../src/lib/sources/ftrace/program.ts';
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

export const TRACEFS = '/sys/kernel/tracing';

/** Why Ftrace cannot be tested here. */
export const whyNoFtrace = (): string | undefined =>
  has('perl') && existsSync(`${TRACEFS}/instances`) ? undefined : 'needs perl and tracefs';

const SWITCHES = { events: ['sched:sched_switch'], filters: {}, kb: 256 };

/** Everything that makes something on the host: programs, and an instance of tracefs. */
export const MAKERS: readonly ProgramOrder[] = [
  ...PROGRAMS,
  ...(whyNoFtrace() === undefined ? [{ name: 'ftrace', ways: [ftraceProgram(SWITCHES, [], '')] }] : []),
];
