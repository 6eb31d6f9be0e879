import { Worker } from 'node:worker_threads';
import { Interrupted, livingCell } from './cells.ts';
import { STOP } from './link.ts';

/**
 * Indexes into the memory that both threads share: serial of the last interrupt handled; whose turn it is; nextTick()
 * must throw; a capture runs; code was terminated since the last interrupt was handled.
 */
const DEALT = 0;
const TURN = 1;
const STUBBORN = 2;
const HELD = 3;
const UNWOUND = 4;
const WORDS = 5;
/** Values of TURN: free; a termination is in progress; the main thread handles an interrupt. */
const FREE = 0;
const TERMINATING = 1;
const DEALING = 2;
/** Milliseconds that the main thread has to handle an interrupt itself; AGAIN: between two attempts to stop it. */
const GRACE = 4;
const AGAIN = 20;
/**
 * Both while a capture runs: an attempt must not hit the code that reads what the recorder sends, which would lose the
 * capture and all later ones, nor code that draws a figure of a cell that goes on.
 */
const HELD_GRACE = 1000;
const PERSIST = 2;

/**
 * The thread that stops a busy main thread. Each interrupt is one byte on a descriptor. Until the main thread has
 * handled it, the thread terminates whatever runs there through the inspector, again and again. TURN keeps a
 * termination from hitting the handler or what runs after it. End of file on the descriptor: the front process is
 * gone. A loop of process.nextTick() survives a termination, since its queue is kept: after PERSIST attempts
 * nextTick() throws.
 */
const code = `
const { workerData: { shared, stop } } = require('node:worker_threads');
const { Socket } = require('node:net');
let session, timer, asked = 0, attempts = 0;
const free = () => Atomics.store(shared, ${TURN}, ${FREE});
const dealt = () => Atomics.load(shared, ${DEALT}) >= asked;
const checkIn = (ms) => {
  clearTimeout(timer);
  timer = setTimeout(check, Atomics.load(shared, ${HELD}) === 1 ? ${HELD_GRACE} : ms);
};
const check = () => {
  if (dealt()) return;
  checkIn(${AGAIN});
  if (Atomics.compareExchange(shared, ${TURN}, ${FREE}, ${TERMINATING}) !== ${FREE}) return;
  Atomics.store(shared, ${UNWOUND}, 1);
  if (++attempts > ${PERSIST}) Atomics.store(shared, ${STUBBORN}, 1);
  if (!session) {
    const { Session } = require('node:inspector');
    session = new Session();
    session.connectToMainThread();
  }
  session.post('Runtime.terminateExecution', free);
};
const socket = new Socket({ fd: stop, readable: true, writable: false });
socket.on('data', (bytes) => {
  // A check that an earlier interrupt left behind must not shorten the time of this one.
  if (dealt()) checkIn(${GRACE});
  asked += bytes.length;
  attempts = 0;
});
socket.on('close', () => process.kill(process.pid, 'SIGKILL'));`;

const shared = new Int32Array(new SharedArrayBuffer(4 * WORDS));
let watching: Worker | undefined;

/** Starts the thread; called before the first cell runs. */
export const watch = (): void => {
  if (watching) return;
  watching = new Worker(code, {
    eval: true,
    workerData: { shared, stop: STOP },
    execArgv: [],
    stdout: true,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 },
  });
  watching.unref();
};

/** Ends a chain of nextTick() callbacks that never lets the main thread return to its event loop. */
export const adoptTicks = (): void => {
  const nextTick = process.nextTick.bind(process);
  process.nextTick = (callback: (...args: never[]) => void, ...args: unknown[]): void => {
    livingCell();
    if (Atomics.load(shared, STUBBORN) === 1) throw new Interrupted();
    nextTick(callback, ...args);
  };
};

/** Notes whether a capture runs in this process. */
export const hold = (held: boolean): void => void Atomics.store(shared, HELD, held ? 1 : 0);

/**
 * Handles an interrupt once, however often it arrives; false while a termination is in progress. `work` is told whether
 * running code was terminated.
 */
export const deal = (serial: number, work: (unwound: boolean) => void): boolean => {
  if (serial <= Atomics.load(shared, DEALT)) return true;
  if (Atomics.compareExchange(shared, TURN, FREE, DEALING) !== FREE) return false;
  try {
    work(Atomics.exchange(shared, UNWOUND, 0) === 1);
  } finally {
    Atomics.store(shared, STUBBORN, 0);
    Atomics.store(shared, DEALT, serial);
    Atomics.store(shared, TURN, FREE);
  }
  return true;
};
