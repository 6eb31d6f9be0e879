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
 * The recorder: a process of its own for one host, so that nothing that a cell does can silence a capture. File
 * descriptor 3 is its first owner; it ends when the last owner has gone.
 */
const recorder = openRecorder(() => process.exit(0));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void recorder.close(`the recorder got ${signal}`));

// writing to an owner never blocks: a socket, not process.stdout, which waits for a busy reader on a pipe
recorder.admit(new Socket({ fd: 3 }));
