import { Writable } from 'node:stream';
import { livingCell } from './cells.ts';
import { send } from './link.ts';

type Done = (error?: Error | null) => void;

/** Longest text of one message: larger writes are split, so that the front process can limit their rate. */
const PIECE = 262_144;

const decode = (chunk: unknown, encoding: unknown): string =>
  typeof chunk === 'string'
    ? chunk
    : chunk instanceof Uint8Array
      ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString(
          typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8',
        )
      : String(chunk);

const print = (name: 'stdout' | 'stderr', text: string): void => {
  const { id, silent } = livingCell(true);
  if (silent) return;
  for (let at = 0; at < text.length; at += PIECE)
    send({ kind: 'stream', cell: id, name, text: text.slice(at, at + PIECE) });
};

/**
 * process.stdout or process.stderr of a cell. `write` is replaced altogether: a Node Writable whose write was aborted
 * by a stop would wait for that write forever.
 */
const createStream = (name: 'stdout' | 'stderr', fd: number): Writable => {
  const stream = new Writable({ decodeStrings: false });
  const write = (chunk: unknown, encoding?: unknown, done?: Done): boolean => {
    print(name, decode(chunk, encoding));
    const callback = typeof encoding === 'function' ? (encoding as Done) : done;
    if (callback) process.nextTick(callback);
    return true;
  };
  const end = (chunk?: unknown, encoding?: unknown, done?: Done): Writable => {
    if (chunk !== undefined && typeof chunk !== 'function') write(chunk, encoding, done);
    return stream;
  };
  stream.setMaxListeners(0);
  return Object.assign(stream, { write, end, destroy: () => stream, fd, isTTY: false, _type: 'pipe' });
};

/** Makes process.stdout, process.stderr and console print under the cell whose code calls them. */
export const adoptStreams = (): void => {
  for (const [name, fd] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    const stream = createStream(name, fd);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
  // By default console passes a callback to each write (a loop that never yields piles them up) and hides exceptions.
  Object.defineProperty(console, '_ignoreErrors', { value: false, writable: true, configurable: true });
};
