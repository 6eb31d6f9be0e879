import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readLines } from './kallsyms.ts';

/** The thread of kallsyms-ahead.ts: reads the given file and posts its text and lines. */
const text = new Uint8Array(readFileSync(workerData as string));
const lines = readLines(text);
const { start, info, nameAt, nameEnd, module } = lines;
parentPort?.postMessage({ text, lines }, [
  text.buffer,
  ...[start, info, nameAt, nameEnd, module].map(({ buffer }) => buffer as ArrayBuffer),
]);
