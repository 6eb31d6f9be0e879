import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { RECORDER_NAME } from '../lib/our-processes.ts';
import { openRecorder } from './owner.ts';

// If the host is this machine, verdicts recognise the recorder by this name, and leave it out.
try {
  writeFileSync('/proc/self/comm', RECORDER_NAME);
} catch {
  // No /proc: this machine is not Linux, so it cannot be the host.
}

/**
 * The recorder: one process per host, so that a busy or killed cell cannot stop a capture. File descriptor 3 connects
 * its owner; it exits when the owner has gone, unless a recording runs and the owner is a kernel that may restart.
 */
const recorder = openRecorder(() => process.exit(0));

// Nobody reads what a recorder says that has outlived its kernel.
process.stderr.on('error', () => undefined);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void recorder.close(`the recorder got ${signal}`));

// A socket: a write to process.stdout would block on a pipe whose reader is busy.
recorder.admit(new Socket({ fd: 3 }));
