import { Socket } from 'node:net';
import { openRecorder } from './owners.ts';

/**
 * The recorder: a process of its own for one host, so that nothing that a cell does can silence a capture. File
 * descriptor 3 is its first owner; it ends when the last owner has gone.
 */
const recorder = openRecorder(() => process.exit(0));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void recorder.close(`the recorder got ${signal}`));

// writing to an owner never blocks: a socket, not process.stdout, which waits for a busy reader on a pipe
recorder.admit(new Socket({ fd: 3 }));
