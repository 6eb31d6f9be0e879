import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { livingCell, type RunningCell } from './cells.ts';
import { barrier, send } from './link.ts';

const require = createRequire(import.meta.url);

const adopt = (child: ChildProcess): void => {
  const cell = livingCell(true);
  cell.children.add(child);
  barrier();
  process.nextTick(() => {
    if (child.pid !== undefined) send({ kind: 'child', pid: child.pid });
  });
  child.once('exit', () => {
    cell.children.delete(child);
    barrier();
  });
};

/** Keeps the output of a synchronous call between what the cell prints before and after the call. */
const between =
  <A extends unknown[], R>(call: (...args: A) => R) =>
  (...args: A): R => {
    livingCell();
    barrier();
    try {
      return call(...args);
    } finally {
      barrier();
    }
  };

/** Makes each child process belong to the cell that starts it, and keeps inherited output in order. */
export const adoptChildren = (): void => {
  subscribe('child_process', (message) => {
    adopt((message as { process: ChildProcess }).process);
  });
  const module = require('node:child_process') as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
    const original = module[name];
    if (original) module[name] = Object.defineProperty(between(original), 'name', { value: name });
  }
  syncBuiltinESMExports();
};

/** Asks the children of a stopped cell to end; children in a session of their own (detached) run on. */
export const stopChildren = (cell: RunningCell, detached: (pid: number) => boolean): void => {
  for (const child of cell.children) {
    if (child.pid === undefined || detached(child.pid)) continue;
    child.kill('SIGINT');
    setTimeout(() => {
      if (cell.children.has(child)) child.kill('SIGTERM');
    }, 1000).unref();
  }
};
