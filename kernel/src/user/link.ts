import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FromUser, ToUser } from '../messages.ts';
import { createFrameReader, encodeFrame } from '../pipe.ts';

/** Descriptors that the front process opened: messages in, messages out, and stop (read by the watching thread). */
const INLET = 3;
const OUTLET = 4;
export const STOP = 5;

const nonce = process.env['FBF_KERNEL_NONCE'] ?? '';
delete process.env['FBF_KERNEL_NONCE'];

const writeAll = (descriptor: number, bytes: Buffer): void => {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
};

/**
 * Sends one message. The write blocks until the front process has read it: nothing is lost when this process dies, and
 * a cell that prints faster than the front process reads is slowed down instead of filling memory.
 */
export const send = (message: FromUser, buffers?: readonly Uint8Array[]): void => {
  writeAll(OUTLET, encodeFrame(message, buffers));
};

let barriers = 0;

/** Writes a mark to descriptors 1 and 2, so that their earlier text is shown before the next message. */
export const mark = (): number => {
  const barrier = ++barriers;
  const bytes = Buffer.from(`\0fbf:${nonce}:${barrier}\0`, 'latin1');
  try {
    writeAll(1, bytes);
    writeAll(2, bytes);
    return barrier;
  } catch {
    return 0;
  }
};

/** Keeps the output before and after this call in order across the pipe and descriptors 1 and 2. */
export const barrier = (): void => {
  send({ kind: 'barrier', barrier: mark() });
};

/** Calls `receive` for each message. `receive` must not run a cell's code in the same turn: a stop may abort it. */
export const listen = (receive: (message: ToUser, buffers: readonly Buffer[]) => void): void => {
  const socket = new Socket({ fd: INLET, readable: true, writable: false });
  const read = createFrameReader<ToUser>(({ message, buffers }) => {
    receive(message, buffers);
  });
  socket.on('data', read);
  socket.on('close', () => process.kill(process.pid, 'SIGKILL'));
};
