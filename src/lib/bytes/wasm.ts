import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../paths.ts';

/** A number that the WASM kernel exports. */
export interface Cell {
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
export interface TextKernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  startTexts(salt: bigint): void;
  startScript(keepReturns: number, keepUnknown: number, longest: number): void;
  space(bytes: number): number;
  scanned(bytes: number): void;
  ended(): void;
  readonly count: Cell;
  readonly arena: Cell;
  readonly starts: Cell;
  readonly lengths: Cell;
  readonly frames: Cell;
  intern(at: number, bytes: number, hash: number): number;
  hashed(at: number, bytes: number): number;
  readonly records: Cell;
  readonly heads: Cell;
  readonly tails: Cell;
  readonly ends: Cell;
  readonly flags: Cell;
  readonly cpus: Cell;
  readonly seconds: Cell;
  readonly nanos: Cell;
  readonly periods: Cell;
  readonly stacks: Cell;
  readonly bounds: Cell;
  readonly lines: Cell;
  add(text: number): void;
  stacked(): number;
  asFrame(text: number): void;
  frameCount(): number;
  frameNames(): number;
  frameBinaries(): number;
  readonly comments: Cell;
  readonly commentCount: Cell;
  readonly cut: Cell;
  startFolded(longest: number, limit: number): void;
  foldedSpace(bytes: number): number;
  foldedLines(bytes: number): void;
  readonly foldedRows: Cell;
  readonly foldedCut: Cell;
  readonly foldedCounts: Cell;
  readonly foldedStacks: Cell;
  foldedTree(orderOf: number, largest: number): void;
  readonly treeNodes: Cell;
  readonly treeParents: Cell;
  readonly treeItems: Cell;
  readonly treeDepths: Cell;
  foldSpace(bytes: number): number;
  startFold(labels: number, at: number, bytes: number, ranks: number, several: number, severalLabels: number): void;
  fold(...arrays: readonly number[]): void;
  order(): void;
  emit(room: number): number;
  readonly out: Cell;
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
  readonly tracePlace: Cell;
  readonly traceOthers: Cell;
  readonly traceOtherCount: Cell;
  traceBase(): bigint;
  traceRows(event: number): number;
  traceColumn(event: number, column: number): number;
  traceGather(from: number, to: number, order: number, rows: number, width: number): void;
  traceTexts(event: number, field: number): number;
  traceTextNumbers(event: number, field: number): number;
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
  /** The code of a thread's last name; 0xffffffff if no record named it. */
  threadName(tid: number): number;
  readonly profilePlace: Cell;
  readonly damaged: Cell;
  readonly overflowed: Cell;
  readonly recordCounts: Cell;
  readonly rows: Cell;
  rowColumn(column: number): number;
  readonly placeCount: Cell;
  readonly placeDsos: Cell;
  readonly placeAddresses: Cell;
  nodeCount(): number;
  nodeParents(): number;
  nodePlaces(): number;
  nameNodes(frameOf: number): number;
  namedParents(): number;
  namedFrames(): number;
  readonly namedDepths: Cell;
  readonly moved: Cell;
}

/** The imports that the kernel calls while it runs; addresses point to records in its memory. */
export interface Asked {
  /** Whether the part of an event line before its time (the text of that number) can be parsed without the rest. */
  readonly decomposes?: (text: number) => boolean;
  /** Handles a whole record; false if it is too short. */
  readonly heard?: (record: number) => boolean;
  /** What a mapping record maps: dso * 4 + how an address becomes an offset in it. */
  readonly placed?: (record: number) => number;
  /** The code of the name in a COMM record. */
  readonly named?: (record: number) => number;
  /**
   * The length of the stack in a folded line without a plain count (`length` bytes at `line`); negative if it has no
   * count.
   */
  readonly odd?: (line: number, length: number) => number;
}

const file = join(packageRoot, 'dist', 'wasm', 'text.wasm');
let compiled: Compiled | undefined;

/** Whether the kernel was built (`npm run build`) and is not disabled by FBF_WASM=0. */
export const hasWasm = (): boolean => process.env['FBF_WASM'] !== '0' && existsSync(file);

const nobody = (): never => {
  throw new TypeError('the WASM kernel called an import that this reader does not provide');
};

/** Thrown when the kernel's allocator gets no more memory. */
class KernelFull extends Error {
  constructor() {
    super('the WASM kernel ran out of memory');
    this.name = 'KernelFull';
  }
}

/** A new instance of the kernel with its own memory. */
export const startKernel = ({
  decomposes,
  heard = nobody,
  placed = nobody,
  named = nobody,
  odd = nobody,
}: Asked = {}): TextKernel => {
  compiled ??= new Module(readFileSync(file));
  const { exports } = new Instance(compiled, {
    script: { decomposes: (text: number) => Number(decomposes?.(text >>> 0) ?? true) },
    profile: {
      heard: (record: number) => Number(heard(record >>> 0)),
      placed: (record: number) => placed(record >>> 0),
      named: (record: number) => named(record >>> 0),
    },
    folded: { odd: (line: number, length: number) => odd(line >>> 0, length >>> 0) },
    env: {
      abort() {
        throw new KernelFull();
      },
    },
  });
  const kernel = exports as TextKernel;
  return kernel;
};

/** The value of a global, as an unsigned number. */
export const at = (global: Cell): number => global.value >>> 0;

/** Whether an error means that the kernel's 4 GB are full, or that the machine has no memory for it. */
export const ranOut = (error: unknown): boolean =>
  error instanceof KernelFull ||
  (error instanceof RuntimeError && error.message === 'unreachable') ||
  (error instanceof RangeError && error.message.includes('Wasm memory'));
