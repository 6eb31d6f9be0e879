import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../paths.ts';

/** A number that WASM exports. */
export interface WasmGlobal {
  readonly value: number;
}

interface Compiled {
  readonly compiled: unique symbol;
}

/** The used part of the WebAssembly API; Node's types do not declare it. */
const { Module, Instance, RuntimeError } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => Compiled;
      readonly Instance: new (module: Compiled, imports: object) => { readonly exports: unknown };
      readonly RuntimeError: new () => Error;
    };
  }
).WebAssembly;

/** The exports of src/wasm/index.ts. Globals are counts or addresses (of arrays of 32-bit numbers unless stated). */
export interface Wasm {
  readonly memory: { readonly buffer: ArrayBuffer };
  startTexts(salt: bigint): void;
  startScript(keepReturns: number, keepUnknown: number, longest: number): void;
  space(bytes: number): number;
  scanned(bytes: number): void;
  ended(): void;
  readonly count: WasmGlobal;
  readonly arena: WasmGlobal;
  readonly starts: WasmGlobal;
  readonly lengths: WasmGlobal;
  readonly frames: WasmGlobal;
  intern(at: number, bytes: number, hash: number): number;
  hashed(at: number, bytes: number): number;
  readonly records: WasmGlobal;
  readonly heads: WasmGlobal;
  readonly tails: WasmGlobal;
  readonly ends: WasmGlobal;
  readonly flags: WasmGlobal;
  readonly cpus: WasmGlobal;
  readonly seconds: WasmGlobal;
  readonly nanos: WasmGlobal;
  readonly periods: WasmGlobal;
  readonly stacks: WasmGlobal;
  readonly bounds: WasmGlobal;
  readonly lines: WasmGlobal;
  add(text: number): void;
  stacked(): number;
  asFrame(text: number): void;
  frameCount(): number;
  frameNames(): number;
  frameBinaries(): number;
  readonly comments: WasmGlobal;
  readonly commentCount: WasmGlobal;
  readonly cut: WasmGlobal;
  startFolded(longest: number, limit: number): void;
  foldedSpace(bytes: number): number;
  foldedLines(bytes: number): void;
  readonly foldedRows: WasmGlobal;
  readonly foldedCut: WasmGlobal;
  readonly foldedCounts: WasmGlobal;
  readonly foldedStacks: WasmGlobal;
  foldedTree(orderOf: number, largest: number): void;
  readonly treeNodes: WasmGlobal;
  readonly treeParents: WasmGlobal;
  readonly treeItems: WasmGlobal;
  readonly treeDepths: WasmGlobal;
  foldSpace(bytes: number): number;
  startFold(labels: number, at: number, bytes: number, ranks: number, several: number, severalLabels: number): void;
  fold(...arrays: readonly number[]): void;
  order(): void;
  emit(room: number): number;
  readonly out: WasmGlobal;
  startIds(at: number, fromEnd: number): void;
  eventId(low: number, high: number, event: number): void;
  startTrace(): void;
  traceEvent(
    event: number,
    time: number,
    cpu: number,
    tid: number,
    rest: number,
    callchain: number,
    fields: number,
  ): void;
  traceField(event: number, kind: number, offset: number, size: number, located: number): void;
  traceRoom(event: number, rows: number): void;
  traceSpace(bytes: number): number;
  traceWalk(from: number, to: number): number;
  readonly tracePlace: WasmGlobal;
  readonly traceOthers: WasmGlobal;
  readonly traceOtherCount: WasmGlobal;
  traceBase(): bigint;
  traceRows(event: number): number;
  traceColumn(event: number, column: number): number;
  traceGather(from: number, to: number, order: number, rows: number, width: number): void;
  traceTexts(event: number, field: number): number;
  traceTextNumbers(event: number, field: number): number;
  startFtrace(): void;
  ftraceEvent(id: number, event: number): void;
  ftracePages(cpu: number, from: number, bytes: number): number;
  ftraceBase(): bigint;
  readonly ftraceDamaged: WasmGlobal;
  readonly ftraceUnknown: WasmGlobal;
  readonly ftraceMissed: WasmGlobal;
  readonly ftraceUncounted: WasmGlobal;
  startProfile(): void;
  profileOrdered(yes: number): void;
  profileEvent(
    event: number,
    time: number,
    cpu: number,
    tid: number,
    period: number,
    ip: number,
    rest: number,
    callchain: number,
    timeFromEnd: number,
    each: number,
  ): void;
  profileBlock(bytes: number): number;
  profileWalk(from: number, to: number): number;
  profileSealed(): number;
  profileEnd(): number;
  profileSamples(event: number): number;
  profileBase(): bigint;
  /** The code of a thread's last name; 0xffffffff if no record names it. */
  threadName(tid: number): number;
  readonly profilePlace: WasmGlobal;
  readonly damaged: WasmGlobal;
  readonly overflowed: WasmGlobal;
  readonly recordCounts: WasmGlobal;
  readonly rows: WasmGlobal;
  rowColumn(column: number): number;
  readonly placeCount: WasmGlobal;
  readonly placeDsos: WasmGlobal;
  readonly placeAddresses: WasmGlobal;
  nodeCount(): number;
  nodeParents(): number;
  nodePlaces(): number;
  nameNodes(frameOf: number): number;
  namedParents(): number;
  namedFrames(): number;
  readonly namedDepths: WasmGlobal;
  readonly moved: WasmGlobal;
}

/** The imports that WASM calls while it runs; addresses point to records in its memory. */
export interface WasmImports {
  /** Whether the part of an event line before its time (the text of that number) can be parsed without the rest. */
  readonly decomposes?: (text: number) => boolean;
  /** Handles a whole record; false if it is too short. */
  readonly takeRecord?: (record: number) => boolean;
  /** What a mapping record maps: dso * 4 + how an address becomes an offset in it. */
  readonly mappingOf?: (record: number) => number;
  /** The code of the name in a COMM record. */
  readonly commOf?: (record: number) => number;
  /**
   * The length of the stack in a folded line whose count is not a whole number (`length` bytes at `line`); negative if
   * it has no count.
   */
  readonly stackLength?: (line: number, length: number) => number;
}

const file = join(packageRoot, 'dist', 'wasm', 'text.wasm');
let compiled: Compiled | undefined;

/** Whether WASM was built (`npm run build`) and is not disabled by FBF_WASM=0. */
export const hasWasm = (): boolean => process.env['FBF_WASM'] !== '0' && existsSync(file);

const nobody = (): never => {
  throw new TypeError('WASM called an import that this reader does not provide');
};

/** Thrown when WASM's allocator gets no more memory. */
class WasmFull extends Error {
  constructor() {
    super('WASM ran out of memory');
    this.name = 'WasmFull';
  }
}

/** A new WASM instance with its own memory. */
export const startWasm = ({
  decomposes,
  takeRecord = nobody,
  mappingOf = nobody,
  commOf = nobody,
  stackLength = nobody,
}: WasmImports = {}): Wasm => {
  compiled ??= new Module(readFileSync(file));
  const { exports } = new Instance(compiled, {
    script: { decomposes: (text: number) => Number(decomposes?.(text >>> 0) ?? true) },
    profile: {
      takeRecord: (record: number) => Number(takeRecord(record >>> 0)),
      mappingOf: (record: number) => mappingOf(record >>> 0),
      commOf: (record: number) => commOf(record >>> 0),
    },
    folded: { stackLength: (line: number, length: number) => stackLength(line >>> 0, length >>> 0) },
    env: {
      abort() {
        throw new WasmFull();
      },
    },
  });
  return exports as Wasm;
};

/** The value of a global. */
export const u32 = (global: WasmGlobal): number => global.value >>> 0;

/** Whether an error means that WASM's 4 GB are full, or that the machine has no memory for it. */
export const ranOut = (error: unknown): boolean =>
  error instanceof WasmFull ||
  (error instanceof RuntimeError && error.message === 'unreachable') ||
  (error instanceof RangeError && error.message.includes('Wasm memory'));
