import { Worker } from 'node:worker_threads';
import { STOP } from './link.ts';

/**
 * The thread that stops a busy main thread. It blocks on a descriptor of its own; a byte there gives the main thread
 * GRACE ms to take the interrupt by itself (Atomics counter), then it terminates what runs there through the inspector,
 * again and again until the main thread has its loop back. End of file means that the front process is gone.
 */
const code = `
const { readSync } = require('node:fs');
const { workerData: { counter, stop } } = require('node:worker_threads');
const byte = Buffer.alloc(1);
let session, asked = 0;
const terminate = () => {
  if (!session) {
    const { Session } = require('node:inspector');
    session = new Session();
    session.connectToMainThread();
  }
  session.post('Runtime.terminateExecution');
};
for (;;) {
  let got = 0;
  try { got = readSync(stop, byte, 0, 1, null); } catch (error) { if (error.code === 'EINTR') continue; }
  if (got === 0) process.kill(process.pid, 'SIGKILL');
  asked++;
  let wait = GRACE;
  while (Atomics.load(counter, 0) < asked) {
    if (Atomics.wait(counter, 0, Atomics.load(counter, 0), wait) !== 'timed-out') continue;
    if (Atomics.load(counter, 0) >= asked) break;
    terminate();
    wait = AGAIN;
  }
}`;

const counter = new Int32Array(new SharedArrayBuffer(4));
let watching: Worker | undefined;

/** Starts the thread; called before the first cell runs. */
export const watch = (): void => {
  if (watching) return;
  const source = code.replace('GRACE', '4').replace('AGAIN', '25');
  watching = new Worker(source, {
    eval: true,
    workerData: { counter, stop: STOP },
    execArgv: [],
    stdout: true,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  watching.unref();
};

/** The main thread has its loop: the interrupt with this serial number is taken. */
export const taken = (serial: number): void => {
  Atomics.store(counter, 0, serial);
  Atomics.notify(counter, 0);
};
