import { Worker } from 'node:worker_threads';
import { Interrupted } from './cells.ts';
import { STOP } from './link.ts';

/** Words of the memory that the two threads share: interrupts begun with, termination under way, nextTick is to throw. */
const BEGUN = 0;
const UNDER_WAY = 1;
const STUBBORN = 2;
/** Milliseconds that the main thread has to take an interrupt by itself, and between two attempts to stop it. */
const GRACE = 4;
const AGAIN = 20;
const PERSIST = 2;

/**
 * The thread that stops a busy main thread. Each interrupt is one byte on a descriptor of its own; when the main thread has
 * not begun with it after GRACE ms, what runs there is terminated through the inspector, again and again until it begins.
 * UNDER_WAY is set from before a termination is asked for until it has come about: the main thread deals with nothing
 * meanwhile, so that it hits what is to be stopped and never what comes after. End of file: the front process is gone.
 * A loop of process.nextTick() survives termination, since its queue is kept: after PERSIST attempts nextTick throws.
 */
const code = `
const { workerData: { shared, stop } } = require('node:worker_threads');
const { Socket } = require('node:net');
let session, asked = 0, attempts = 0;
const terminate = () => {
  if (!session) {
    const { Session } = require('node:inspector');
    session = new Session();
    session.connectToMainThread();
  }
  Atomics.store(shared, ${UNDER_WAY}, 1);
  if (Atomics.load(shared, ${BEGUN}) >= asked) Atomics.store(shared, ${UNDER_WAY}, 0);
  else session.post('Runtime.terminateExecution', () => Atomics.store(shared, ${UNDER_WAY}, 0));
};
const check = () => {
  if (Atomics.load(shared, ${BEGUN}) >= asked) return;
  if (++attempts > ${PERSIST}) Atomics.store(shared, ${STUBBORN}, 1);
  if (Atomics.load(shared, ${UNDER_WAY}) === 0) terminate();
  setTimeout(check, ${AGAIN});
};
const socket = new Socket({ fd: stop, readable: true, writable: false });
socket.on('data', (bytes) => {
  asked += bytes.length;
  attempts = 0;
  setTimeout(check, ${GRACE});
});
socket.on('close', () => process.kill(process.pid, 'SIGKILL'));`;

const shared = new Int32Array(new SharedArrayBuffer(12));
let watching: Worker | undefined;

/** Starts the thread; called before the first cell runs. */
export const watch = (): void => {
  if (watching) return;
  watching = new Worker(code, {
    eval: true,
    workerData: { shared, stop: STOP },
    execArgv: [],
    stdout: true,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  watching.unref();
};

/** Ends a chain of ticks that keeps the main thread from its loop. */
export const adoptTicks = (): void => {
  const nextTick = process.nextTick.bind(process);
  process.nextTick = (callback: (...args: never[]) => void, ...args: unknown[]): void => {
    if (Atomics.load(shared, STUBBORN) === 1) throw new Interrupted();
    nextTick(callback as (...args: unknown[]) => void, ...args);
  };
};

let dealtWith = 0;

/** Deals with an interrupt once, however often it is told; false while a termination is still under way. */
export const deal = (serial: number, work: () => void): boolean => {
  Atomics.store(shared, BEGUN, serial);
  if (Atomics.load(shared, UNDER_WAY) === 1) return false;
  Atomics.store(shared, STUBBORN, 0);
  if (serial > dealtWith) work();
  dealtWith = serial;
  return true;
};
