import type { Records, ScanOptions, Scanner, ScriptText } from './script-text.ts';
import type { Texts } from '../../bytes/texts.ts';
import { startWasm, u32 } from '../../bytes/wasm.ts';
import type { WasmGlobal, Wasm } from '../../bytes/wasm.ts';

const words = (wasm: Wasm, from: number, length: number): Uint32Array<ArrayBuffer> =>
  new Uint32Array(wasm.memory.buffer, from, length);

/** The scanner in WASM: it tests 16 bytes at a time, and repeated sequences of lines are only compared. */
export const scanWasm = ({ decomposes, keepReturns, keepUnknown, longest }: ScanOptions): Scanner => {
  const wasm = startWasm({ decomposes: (text) => decomposes(texts.text(text)) });
  const texts = wasmTexts(wasm);
  // The hash is seeded so that hostile text cannot cause collisions; the numbers do not depend on it.
  wasm.startTexts(BigInt(Math.floor(Math.random() * 2 ** 52)));
  wasm.startScript(Number(keepReturns), Number(keepUnknown), longest);
  return {
    space(bytes) {
      const from = wasm.space(bytes) >>> 0;
      return new Uint8Array(wasm.memory.buffer, from, bytes);
    },
    scanned: (bytes) => {
      wasm.scanned(bytes);
    },
    ended() {
      wasm.ended();
      return scriptText(wasm, texts);
    },
  };
};

const wasmTexts = (wasm: Wasm): Texts => {
  // Views of the whole memory, recreated only after it was moved: few texts are requested, but at different times.
  let bytes = Buffer.alloc(0);
  let all = new Uint32Array(0);
  const wordAt = (array: WasmGlobal, id: number): number => {
    if (all.length === 0) {
      bytes = Buffer.from(wasm.memory.buffer);
      all = new Uint32Array(wasm.memory.buffer);
    }
    return all[(u32(array) >>> 2) + id] ?? 0;
  };
  return {
    get size() {
      return u32(wasm.count);
    },
    text(id) {
      const length = wordAt(wasm.lengths, id);
      const from = u32(wasm.arena) + wordAt(wasm.starts, id);
      return bytes.toString('latin1', from, from + length);
    },
    length: (id) => wordAt(wasm.lengths, id),
    add(text) {
      const from = wasm.space(text.length + 64) >>> 0;
      Buffer.from(wasm.memory.buffer).write(text, from, 'latin1');
      return wasm.intern(from, text.length, wasm.hashed(from, text.length)) >>> 0;
    },
  };
};

/** Copies of the record columns, because adding records may move the memory. */
const recordsOf = (wasm: Wasm): Records => {
  const size = u32(wasm.records);
  const column = (global: WasmGlobal, each = 1): Uint32Array => words(wasm, u32(global), size * each).slice();
  return {
    size,
    head: column(wasm.heads),
    tail: column(wasm.tails),
    stack: column(wasm.ends),
    flags: column(wasm.flags),
    cpu: column(wasm.cpus),
    seconds: column(wasm.seconds),
    nanos: column(wasm.nanos),
    period: column(wasm.periods, 2),
  };
};

const scriptText = (wasm: Wasm, texts: Texts): ScriptText => ({
  texts,
  records: recordsOf(wasm),
  get stacks() {
    return u32(wasm.stacks);
  },
  get bounds() {
    return words(wasm, u32(wasm.bounds), u32(wasm.stacks) + 1);
  },
  get lines() {
    return words(wasm, u32(wasm.lines), words(wasm, u32(wasm.bounds), u32(wasm.stacks) + 1).at(-1) ?? 0);
  },
  get frameOf() {
    return words(wasm, u32(wasm.frames), u32(wasm.count));
  },
  get frames() {
    return wasm.frameCount();
  },
  get frameName() {
    return words(wasm, wasm.frameNames(), wasm.frameCount());
  },
  get frameDso() {
    return words(wasm, wasm.frameBinaries(), wasm.frameCount());
  },
  comments: words(wasm, u32(wasm.comments), u32(wasm.commentCount)).slice(),
  cut: u32(wasm.cut),
  stackOf(ids) {
    for (const id of ids) wasm.add(id);
    return wasm.stacked() >>> 0;
  },
  asFrame(text) {
    wasm.asFrame(text);
  },
});
