import { elfSymbols } from './elf-symbols.ts';
import { readKallsyms, type Kallsyms } from './kallsyms.ts';
import { readPerfMap } from './perf-map.ts';
import type { Binary, SymbolSource } from './source.ts';
import { noSymbols, type SymbolTable } from './table.ts';

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

/** Names addresses. What has no name is undefined. */
export interface Symbolizer {
  /** Whether anything is known of the binary: no symbols is something else than no such symbol. */
  user(binary: Binary, offset: number): string | undefined;
  jit(pid: number, address: number): string | undefined;
  kernel(address: number): Named;
  /** Binaries of which no file with the right build-id was found. */
  readonly missing: readonly Binary[];
}

const KERNEL = '[kernel.kallsyms]';
export const NO_NAME = '[unknown]';

const areaAt = (areas: readonly KernelArea[], address: number): KernelArea | undefined => {
  let low = 0;
  let high = areas.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((areas[middle]?.start ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const area = areas[low - 1];
  return area !== undefined && address < area.end ? area : undefined;
};

const kernelNames = (source: SymbolSource, { buildId, areas, anchor }: KernelFacts): ((address: number) => Named) => {
  const sorted = [...areas].sort((a, b) => a.start - b.start);
  let kallsyms: Kallsyms | undefined;
  let shift = 0;
  const load = (): Kallsyms => {
    const text = source.kallsyms(buildId);
    kallsyms = readKallsyms(text ?? new Uint8Array(0));
    const now = anchor === undefined ? undefined : kallsyms.addressOf(anchor.symbol);
    if (anchor !== undefined && now !== undefined) shift = now - anchor.address;
    return kallsyms;
  };
  return (address) => {
    const area = areaAt(sorted, address);
    if (area?.symbol !== undefined) return { name: area.symbol, dso: area.dso };
    const { kernel, modules } = kallsyms ?? load();
    const module = area === undefined ? undefined : modules.get(area.dso);
    // Modules lie where they were loaded, which KASLR does not move with the kernel.
    if (area !== undefined) return { name: module?.find(address) ?? NO_NAME, dso: area.dso };
    return { name: kernel.find(address + shift) ?? NO_NAME, dso: KERNEL };
  };
};

/** Names addresses from a source; every file is read once, when its first address is asked for. */
export const symbolizer = (source: SymbolSource, kernel: KernelFacts): Symbolizer => {
  const tables = new Map<string, SymbolTable>();
  const maps = new Map<number, SymbolTable>();
  const missing: Binary[] = [];
  const tableOf = (binary: Binary): SymbolTable => {
    const key = `${binary.buildId}\0${binary.name}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    const pair = source.elf(binary);
    if (pair === undefined) missing.push(binary);
    const table = pair === undefined ? noSymbols : elfSymbols(pair.runtime, pair.debug);
    pair?.runtime.bytes.close();
    pair?.debug?.bytes.close();
    tables.set(key, table);
    return table;
  };
  const mapOf = (pid: number): SymbolTable => {
    const known = maps.get(pid);
    if (known !== undefined) return known;
    const text = source.perfMap(pid);
    const table = text === undefined ? noSymbols : readPerfMap(text);
    maps.set(pid, table);
    return table;
  };
  return {
    missing,
    user: (binary, offset) => tableOf(binary).find(offset),
    jit: (pid, address) => mapOf(pid).find(address),
    kernel: kernelNames(source, kernel),
  };
};
