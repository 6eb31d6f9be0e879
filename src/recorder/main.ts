import { Socket } from 'node:net';
import { openHouse } from './house.ts';

/**
 * The recorder: a process of its own for one host, so that nothing that a cell does can silence a capture. File
 * descriptor 3 is its first owner; it ends when the last owner has gone.
 */
const house = openHouse(() => process.exit(0));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void house.close(`the recorder got ${signal}`));

// writing to an owner never blocks: a socket, not process.stdout, which waits for a busy reader on a pipe
house.admit(new Socket({ fd: 3 }));
