import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { PROGRAMS } from './programs.ts';

/** Tracers of somebody else on the same machine: ours must leave them alone. */
export interface Foreign {
  /** Fails if one of them was ended, changed or removed. */
  check(): void;
  stop(): void;
}

const TRACEFS = '/sys/kernel/tracing';
const EVENT = 'events/sched/sched_process_exec/enable';

/** A perf record, a bpftrace and a tracefs instance, as far as this machine has the tools. */
export const startForeign = (): Foreign => {
  const dir = mkdtempSync(join(tmpdir(), 'foreign-'));
  const data = join(dir, 'perf.data');
  const has = (tool: string): boolean => PROGRAMS.some(({ name }) => name === tool);
  const start = (file: string, args: readonly string[]): ChildProcess => spawn(file, args, { stdio: 'ignore' });
  const running = [
    ...(has('perf') ? [start('perf', ['record', '-q', '-e', 'cpu-clock', '-F', '19', '-a', '-o', data])] : []),
    ...(has('bpftrace') ? [start('bpftrace', ['-e', 'profile:hz:19 { @[comm] = count(); }'])] : []),
  ];
  const instance = join(TRACEFS, 'instances', `foreign_${String(process.pid)}`);
  const traces = existsSync(join(TRACEFS, 'instances'));
  if (traces) {
    mkdirSync(instance);
    writeFileSync(join(instance, EVENT), '1');
  }
  return {
    check: () => {
      for (const { exitCode, signalCode } of running) expect([exitCode, signalCode]).toEqual([null, null]);
      if (traces) expect(readFileSync(join(instance, EVENT), 'utf8').trim()).toBe('1');
      if (has('perf')) expect(statSync(data).size).toBeGreaterThan(0);
    },
    stop: () => {
      for (const one of running) one.kill('SIGINT');
      if (traces) rmdirSync(instance);
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
