import { elfSymbols } from './elf-symbols.ts';
import { noKallsyms, type Kallsyms } from './kallsyms.ts';
import { moduleBases } from './modules.ts';
import { readPerfMap } from './perf-map.ts';
import { isSameId, type Binary, type KernelSource, type SymbolSource } from './source.ts';
import { findSymbols, noSymbols, type Symbols } from './table.ts';

/** A range of kernel addresses outside the kernel image: a module, or a function created at run time. */
export interface KernelArea {
  readonly start: number;
  readonly end: number;
  /** '[virtio_net]' for a module; the function's name for one created at run time. */
  readonly dso: string;
  /** The module's build-id; '' if the capture does not give it. */
  readonly buildId: string;
  /** Set for functions created at run time (eBPF programs, kprobe stubs). */
  readonly symbol?: string;
}

/** What a capture knows about its kernel. */
export interface KernelFacts {
  readonly buildId: string;
  readonly areas: readonly KernelArea[];
  /** A symbol and its address at the time of the capture, so that a kernel loaded elsewhere (KASLR) can be matched. */
  readonly anchor?: { readonly symbol: string; readonly address: number } | undefined;
}

export interface Named {
  readonly name: string;
  readonly dso: string;
}

export const NO_NAME = '[unknown]';
const KERNEL = '[kernel.kallsyms]';

/** Names many addresses of one file in one call. `addresses` ascend; equal symbols give the same object. */
export interface Symbolizer {
  user(binary: Binary, offsets: Float64Array): Named[];
  /** Code of a process that was compiled at run time; `dso` becomes the binary of its frames. */
  jit(pid: number, dso: string, addresses: Float64Array): Named[];
  kernel(addresses: Float64Array): Named[];
  /** Binaries that could not be symbolized: no file on this machine is proved to be the recorded one. */
  readonly missing: readonly Binary[];
}

/** Names addresses of one file, with one object per symbol. */
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

/** Groups addresses by area; both ascend. If areas overlap, the later one is used. */
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

/**
 * The distance from a module's load address in the capture to its current one; undefined if it is a different module.
 */
const moduleShift = (
  source: KernelSource,
  bases: ReadonlyMap<string, number> | undefined,
  area: KernelArea,
): number | undefined => {
  const id = source.moduleBuildId(area.dso);
  if (id !== '' && area.buildId !== '' && !isSameId(id, area.buildId)) return undefined;
  // Folders of older versions have no /proc/modules: they were collected in the same boot as the capture.
  if (bases === undefined) return 0;
  const base = bases.get(area.dso);
  return base === undefined ? undefined : base - area.start;
};

interface Kernel {
  readonly kallsyms: Kallsyms;
  /** How far the kernel was moved since the capture (KASLR). */
  readonly shift: number;
  readonly shiftOf: (area: KernelArea) => number | undefined;
}

const noKernel: Kernel = { kallsyms: noKallsyms, shift: 0, shiftOf: () => undefined };

const kernelFrom = (source: KernelSource, anchor: KernelFacts['anchor']): Kernel => {
  const kallsyms = source.symbols();
  const now = anchor === undefined ? undefined : kallsyms.addressOf(anchor.symbol);
  // The kernel's load address in the capture is unknown, and another boot may have changed it.
  if (now === undefined && !source.sameBoot) return noKernel;
  const bases = source.modules === undefined ? undefined : moduleBases(source.modules);
  return {
    kallsyms,
    shift: anchor === undefined || now === undefined ? 0 : now - anchor.address,
    shiftOf: (area) => moduleShift(source, bases, area),
  };
};

/** Names the addresses of one area, or of the kernel image. */
const namePart = ({ kallsyms, shift, shiftOf }: Kernel, area: KernelArea | undefined, addresses: Float64Array) => {
  if (area === undefined) {
    return nameAll(
      kallsyms.kernel,
      addresses.map((address) => address + shift),
      KERNEL,
    );
  }
  const { dso, symbol } = area;
  if (symbol !== undefined) {
    const made = { name: symbol, dso };
    return Array.from(addresses, () => made);
  }
  const moved = shiftOf(area);
  const symbols = moved === undefined ? noSymbols : (kallsyms.modules.get(dso) ?? noSymbols);
  return nameAll(
    symbols,
    addresses.map((address) => address + (moved ?? 0)),
    dso,
  );
};

const kernelNames = (kernel: Kernel, areas: readonly KernelArea[], addresses: Float64Array): Named[] => {
  const out: Named[] = [];
  const sorted = [...areas].sort((a, b) => a.start - b.start);
  for (const { area, places } of byArea(addresses, sorted)) {
    const part = Float64Array.from(places, (i) => addresses[i] ?? 0);
    const names = namePart(kernel, area, part);
    places.forEach((place, i) => (out[place] = names[i] ?? { name: NO_NAME, dso: area?.dso ?? KERNEL }));
  }
  return out;
};

/** Names addresses with a source; each file is read when its addresses are requested. */
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
      if (text === undefined) missing.push({ name: dso, buildId: '' });
      return nameAll(text === undefined ? noSymbols : readPerfMap(text), addresses, dso);
    },
    kernel(addresses) {
      const found = source.kernel(facts.buildId);
      const kernel = found === undefined ? noKernel : kernelFrom(found, facts.anchor);
      if (kernel.kallsyms.hidden) missing.push({ name: KERNEL, buildId: facts.buildId });
      return kernelNames(kernel, facts.areas, addresses);
    },
  };
};
