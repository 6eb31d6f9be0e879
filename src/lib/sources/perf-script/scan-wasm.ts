import type { Records, ScanOptions, Scanner, ScriptText } from './script-text.ts';
import type { Texts } from '../../bytes/texts.ts';
import { at, startKernel } from '../../bytes/wasm.ts';
import type { Cell, TextKernel } from '../../bytes/wasm.ts';

const words = (kernel: TextKernel, from: number, length: number): Uint32Array<ArrayBuffer> =>
  new Uint32Array(kernel.memory.buffer, from, length);

/** The scanner in WASM: it tests 16 bytes at a time, and repeated sequences of lines are only compared. */
export const scanWasm = ({ decomposes, keepReturns, keepUnknown, longest }: ScanOptions): Scanner => {
  const kernel = startKernel({ decomposes: (text) => decomposes(texts.text(text)) });
  const texts = kernelTexts(kernel);
  // The hash is seeded so that hostile text cannot cause collisions; the numbers do not depend on it.
  kernel.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
  kernel.startScript(Number(keepReturns), Number(keepUnknown), longest);
  return {
    space(bytes) {
      const from = kernel.space(bytes) >>> 0;
      return new Uint8Array(kernel.memory.buffer, from, bytes);
    },
    scanned: (bytes) => {
      kernel.scanned(bytes);
    },
    ended() {
      kernel.ended();
      return scriptText(kernel, texts);
    },
  };
};

const kernelTexts = (kernel: TextKernel): Texts => {
  // Views of the whole memory, recreated only after it was moved: few texts are requested, but at different times.
  let bytes = Buffer.alloc(0);
  let all = new Uint32Array(0);
  const wordAt = (array: Cell, id: number): number => {
    if (all.length === 0) {
      bytes = Buffer.from(kernel.memory.buffer);
      all = new Uint32Array(kernel.memory.buffer);
    }
    return all[(at(array) >>> 2) + id] ?? 0;
  };
  return {
    get size() {
      return at(kernel.count);
    },
    text(id) {
      const length = wordAt(kernel.lengths, id);
      const from = at(kernel.arena) + wordAt(kernel.starts, id);
      return bytes.toString('latin1', from, from + length);
    },
    length: (id) => wordAt(kernel.lengths, id),
    add(text) {
      const from = kernel.space(text.length + 64) >>> 0;
      Buffer.from(kernel.memory.buffer).write(text, from, 'latin1');
      return kernel.intern(from, text.length, kernel.hashed(from, text.length)) >>> 0;
    },
  };
};

/** Copies of the record columns, because adding records may move the memory. */
const recordsOf = (kernel: TextKernel): Records => {
  const size = at(kernel.records);
  const column = (global: Cell, each = 1): Uint32Array => words(kernel, at(global), size * each).slice();
  return {
    size,
    head: column(kernel.heads),
    tail: column(kernel.tails),
    stack: column(kernel.ends),
    flags: column(kernel.flags),
    cpu: column(kernel.cpus),
    seconds: column(kernel.seconds),
    nanos: column(kernel.nanos),
    period: column(kernel.periods, 2),
  };
};

const scriptText = (kernel: TextKernel, texts: Texts): ScriptText => ({
  texts,
  records: recordsOf(kernel),
  get stacks() {
    return at(kernel.stacks);
  },
  get bounds() {
    return words(kernel, at(kernel.bounds), at(kernel.stacks) + 1);
  },
  get lines() {
    return words(kernel, at(kernel.lines), words(kernel, at(kernel.bounds), at(kernel.stacks) + 1).at(-1) ?? 0);
  },
  get frameOf() {
    return words(kernel, at(kernel.frames), at(kernel.count));
  },
  get frames() {
    return kernel.frameCount();
  },
  get frameName() {
    return words(kernel, kernel.frameNames(), kernel.frameCount());
  },
  get frameDso() {
    return words(kernel, kernel.frameBinaries(), kernel.frameCount());
  },
  comments: words(kernel, at(kernel.comments), at(kernel.commentCount)).slice(),
  cut: at(kernel.cut),
  stackOf(ids) {
    for (const id of ids) kernel.add(id);
    return kernel.stacked() >>> 0;
  },
  asFrame(text) {
    kernel.asFrame(text);
  },
});
