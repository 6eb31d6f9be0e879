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

/** Synchronous calls print between what the cell prints before and after them. */
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

/** Gives every child process to the cell that starts it, and its inherited output its place. */
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

/** Asks what a stopped cell has started to end; what was sent off into its own session (detached) runs on. */
export const stopChildren = (cell: RunningCell, detached: (pid: number) => boolean): void => {
  for (const child of cell.children) {
    if (child.pid === undefined || detached(child.pid)) continue;
    child.kill('SIGINT');
    setTimeout(() => {
      if (cell.children.has(child)) child.kill('SIGTERM');
    }, 1000).unref();
  }
};
