import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  demangle_any(at: number, length: number): readonly [at: number, length: number];
  __wbindgen_malloc(length: number, align: number): number;
  __wbindgen_free(at: number, length: number, align: number): void;
  __wbindgen_start(): void;
}

/** The used part of the WebAssembly API; Node's types do not declare it without the DOM library. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** The module's only import: a table of JavaScript values, which the demangler does not use. */
const load = (): Exports => {
  const file = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
  const imports = { __wbindgen_init_externref_table: () => undefined };
  return new Instance(new Module(readFileSync(file)), { './index_bg.js': imports }).exports as Exports;
};

let wasm: Exports | undefined;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8');

/** C++ and Rust names demangled by gecko-profiler-demangle, with parameters; other names unchanged. */
export const demangleWhole = (name: string): string => {
  wasm ??= load();
  const bytes = encoder.encode(name);
  const at = wasm.__wbindgen_malloc(bytes.length, 1);
  new Uint8Array(wasm.memory.buffer).set(bytes, at);
  const [out, length] = wasm.demangle_any(at, bytes.length);
  const text = decoder.decode(new Uint8Array(wasm.memory.buffer, out, length));
  wasm.__wbindgen_free(out, length, 1);
  return text;
};
