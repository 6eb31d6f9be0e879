import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../paths.ts';

/** A number that the kernel exports. */
export interface Cell {
  readonly value: number;
}

interface Compiled {
  readonly compiled: unique symbol;
}

/** The part of WebAssembly's interface that is used here: the types of Node leave it out. */
const { Module, Instance } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => Compiled;
      readonly Instance: new (module: Compiled, imports: object) => { readonly exports: unknown };
    };
  }
).WebAssembly;

/** What src/wasm/index.ts exports. Globals are addresses (of arrays of 32-bit numbers where not said) and counts. */
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
  foldSpace(bytes: number): number;
  startFold(labels: number, at: number, bytes: number, ranks: number, several: number, severalLabels: number): void;
  fold(...arrays: readonly number[]): void;
  order(): void;
  emit(room: number): number;
  readonly out: Cell;
  startTrace(ids: number, idAt: number): void;
  traceId(low: number, high: number, event: number): void;
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
}

const file = join(packageRoot, 'dist', 'wasm', 'text.wasm');
let compiled: Compiled | undefined;

/** Whether the kernel was built (`npm run build`) and is not switched off by FBF_WASM=0. */
export const hasWasm = (): boolean => process.env['FBF_WASM'] !== '0' && existsSync(file);

/** A new instance of the kernel with a memory of its own. `decomposes` answers for the text of that number. */
export const startKernel = (decomposes: (text: number) => boolean = () => true): TextKernel => {
  compiled ??= new Module(readFileSync(file));
  const { exports } = new Instance(compiled, {
    script: { decomposes: (text: number) => Number(decomposes(text >>> 0)) },
    env: {
      abort() {
        throw new RangeError('the text kernel ran out of memory');
      },
    },
  });
  const kernel = exports as TextKernel;
  return kernel;
};

/** The number that a global holds, as an address or a count. */
export const at = (global: Cell): number => global.value >>> 0;
