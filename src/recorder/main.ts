import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { RECORDER_NAME } from '../lib/our-processes.ts';
import { openRecorder } from './owners.ts';

// Where the host is this machine, the recorder is one of its processes: a verdict must know it as ours.
try {
  writeFileSync('/proc/self/comm', RECORDER_NAME);
} catch {
  // no /proc: not Linux, and then not the host either
}

/**
 * The recorder: one process per host, so that a busy or killed cell cannot stop a capture. File descriptor 3 connects
 * its first owner; it exits when the last owner has gone.
 */
const recorder = openRecorder(() => process.exit(0));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void recorder.close(`the recorder got ${signal}`));

// A socket: a write to process.stdout would block on a pipe whose reader is busy.
recorder.admit(new Socket({ fd: 3 }));
