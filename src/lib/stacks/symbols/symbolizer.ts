import { elfSymbols } from './elf-symbols.ts';
import { readKallsyms } from './kallsyms.ts';
import { readPerfMap } from './perf-map.ts';
import { kernelOf, type Binary, type SymbolSource } from './source.ts';
import { findSymbols, noSymbols, type Symbols } from './table.ts';

/** A stretch of kernel addresses that is not the kernel's own: a module, or a function that was made at run time. */
export interface KernelArea {
  readonly start: number;
  readonly end: number;
  /** '[virtio_net]' for a module; the function's own name for one made at run time. */
  readonly dso: string;
  /** Set for functions made at run time (eBPF programs, kprobe stubs). */
  readonly symbol?: string;
}

/** What a capture knows of its kernel. */
export interface KernelFacts {
  readonly buildId: string;
  readonly areas: readonly KernelArea[];
  /** A symbol and where it lay when the capture was made, so that a kernel loaded elsewhere (KASLR) still matches. */
  readonly anchor?: { readonly symbol: string; readonly address: number } | undefined;
}

export interface Named {
  readonly name: string;
  readonly dso: string;
}

export const NO_NAME = '[unknown]';
const KERNEL = '[kernel.kallsyms]';

/** Names addresses, all of one file at once. `addresses` ascend; equal symbols give the same object. */
export interface Symbolizer {
  user(binary: Binary, offsets: Float64Array): Named[];
  /** Code that was made at run time in a process; `dso` is what its frames are said to be in. */
  jit(pid: number, dso: string, addresses: Float64Array): Named[];
  kernel(addresses: Float64Array): Named[];
  /** Binaries of which no file with the right build-id was found. */
  readonly missing: readonly Binary[];
}

/** Names of one file's addresses, one object a symbol. */
const nameAll = (symbols: Symbols, addresses: Float64Array, dso: string): Named[] => {
  const unknown: Named = { name: NO_NAME, dso };
  const bySymbol = new Map<number, Named>();
  return Array.from(findSymbols(symbols, addresses), (symbol) => {
    if (symbol < 0) return unknown;
    let named = bySymbol.get(symbol);
    if (named === undefined) bySymbol.set(symbol, (named = { name: symbols.name(symbol), dso }));
    return named;
  });
};

interface Part {
  readonly area: KernelArea | undefined;
  readonly places: number[];
}

/** Addresses by the area they lie in; both ascend. Where areas overlap, the later one counts. */
const byArea = (addresses: Float64Array, areas: readonly KernelArea[]): Part[] => {
  const parts = new Map<KernelArea | undefined, Part>();
  let next = 0;
  for (let i = 0; i < addresses.length; i++) {
    const address = addresses[i] ?? 0;
    while (next < areas.length && (areas[next]?.start ?? 0) <= address) next++;
    const before = areas[next - 1];
    const area = before !== undefined && address < before.end ? before : undefined;
    const part = parts.get(area);
    if (part === undefined) parts.set(area, { area, places: [i] });
    else part.places.push(i);
  }
  return [...parts.values()];
};

const kernelNames = (
  source: SymbolSource,
  { buildId, areas, anchor }: KernelFacts,
  addresses: Float64Array,
): Named[] => {
  const kallsyms = kernelOf(source, buildId) ?? readKallsyms(new Uint8Array(0));
  const { kernel, modules } = kallsyms;
  const now = anchor === undefined ? undefined : kallsyms.addressOf(anchor.symbol);
  const shift = anchor === undefined || now === undefined ? 0 : now - anchor.address;
  const out: Named[] = [];
  for (const { area, places } of byArea(
    addresses,
    [...areas].sort((a, b) => a.start - b.start),
  )) {
    // Modules lie where they were loaded, which KASLR does not move with the kernel.
    const moved = Float64Array.from(places, (i) => (addresses[i] ?? 0) + (area === undefined ? shift : 0));
    const symbol = area?.symbol;
    const dso = area?.dso ?? KERNEL;
    const symbols = area === undefined ? kernel : (modules.get(area.dso) ?? noSymbols);
    const made = symbol === undefined ? undefined : { name: symbol, dso };
    const names = made === undefined ? nameAll(symbols, moved, dso) : places.map(() => made);
    places.forEach((place, i) => (out[place] = names[i] ?? { name: NO_NAME, dso }));
  }
  return out;
};

/** Names addresses from a source; each file is read when its addresses are asked for. */
export const symbolizer = (source: SymbolSource, facts: KernelFacts): Symbolizer => {
  const missing: Binary[] = [];
  return {
    missing,
    user(binary, offsets) {
      const pair = source.elf(binary);
      if (pair === undefined) missing.push(binary);
      const names = nameAll(
        pair === undefined ? noSymbols : elfSymbols(pair.runtime, pair.debug),
        offsets,
        binary.name,
      );
      pair?.runtime.bytes.close();
      pair?.debug?.bytes.close();
      return names;
    },
    jit(pid, dso, addresses) {
      const text = source.perfMap(pid);
      return nameAll(text === undefined ? noSymbols : readPerfMap(text), addresses, dso);
    },
    kernel: (addresses) => kernelNames(source, facts, addresses),
  };
};
