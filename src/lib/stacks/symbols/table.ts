import { stableOrder } from './stable-order.ts';

export const WEAK = 2;
export const GLOBAL = 1;
export const NO_TYPE = 0;

/** Symbols as they were read: columns in the order of the file. */
export interface RawSymbols {
  readonly size: number;
  /** Offsets in the file or, for kernels and run-time code, addresses as signed numbers (the kernel's are negative). */
  readonly start: Float64Array;
  /** 0 where the file gives no size. */
  readonly length: Float64Array;
  /** ELF binding in the high half, ELF type in the low half of the byte. */
  readonly info: Uint8Array;
  /** The name as it is shown, demangled. */
  name(symbol: number): string;
}

/** Finds symbols by address. */
export interface SymbolTable {
  readonly size: number;
  /** The name of the symbol that holds the address, undefined where none does. */
  find(address: number): string | undefined;
}

/** Which names differ in nothing but their leading underscores says which is meant for people. */
const underscores = (name: string): number => {
  let count = 0;
  while (name[count] === '_') count++;
  return count;
};

/**
 * Whether `a` stays when `b` starts at the same address: choose_best_symbol() in tools/perf/util/symbol.c, so that names
 * are those of `perf script`. `a` and `b` are [length, info, name], `a` first in the file.
 */
const staysFirst = (
  [aLength, aInfo, aName]: readonly [number, number, string],
  [bLength, bInfo, bName]: readonly [number, number, string],
): boolean => {
  const rules: readonly (readonly [boolean, boolean])[] = [
    [aLength > 0, bLength > 0],
    [(aInfo & 15) !== NO_TYPE, (bInfo & 15) !== NO_TYPE],
    [aInfo >> 4 !== WEAK, bInfo >> 4 !== WEAK],
    [aInfo >> 4 === GLOBAL, bInfo >> 4 === GLOBAL],
  ];
  for (const [a, b] of rules) if (a !== b) return a;
  if (underscores(aName) !== underscores(bName)) return underscores(aName) < underscores(bName);
  if (aName.length !== bName.length) return aName.length > bName.length;
  return !(aName.startsWith('SyS') || aName.startsWith('compat_SyS'));
};

const PAGE = 4096;

export interface TableOptions {
  /** Given ends are kept: run-time maps. Otherwise a symbol without a size ends where the next begins. */
  readonly fixEnds?: boolean;
  /** Symbols from this one on are looked up beside the others and change no end: .plt entries. */
  readonly extra?: number;
}

/** Ends of symbols in order of address: symbols__fixup_end() in tools/perf/util/symbol.c. */
const endsOf = (
  raw: RawSymbols,
  order: Uint32Array,
  { fixEnds = true, extra = raw.size }: TableOptions,
): Float64Array => {
  const ends = new Float64Array(order.length);
  let last = -1;
  for (let i = 0; i < order.length; i++) {
    const symbol = order[i] ?? 0;
    const start = raw.start[symbol] ?? 0;
    ends[i] = start + (raw.length[symbol] ?? 0);
    if (!fixEnds || symbol >= extra) continue;
    if (last >= 0 && raw.length[order[last] ?? 0] === 0) ends[last] = start;
    last = i;
  }
  if (last >= 0 && raw.length[order[last] ?? 0] === 0)
    ends[last] = Math.ceil((raw.start[order[last] ?? 0] ?? 0) / PAGE) * PAGE + PAGE;
  return ends;
};

/** How far back an enclosing symbol is looked for. */
const BACK = 64;

/** Makes symbols searchable. */
export const symbolTable = (raw: RawSymbols, options: TableOptions = {}): SymbolTable => {
  const order = stableOrder(raw.start, raw.size);
  const starts = Float64Array.from(order, (symbol) => raw.start[symbol] ?? 0);
  const ends = endsOf(raw, order, options);
  const about = (i: number): readonly [number, number, string] => {
    const symbol = order[i] ?? 0;
    return [(ends[i] ?? 0) - (starts[i] ?? 0), raw.info[symbol] ?? 0, raw.name(symbol)];
  };
  /** The place of the symbol that wins among those that start at one address. */
  const bestOf = (first: number, last: number): number => {
    let winner = first;
    for (let other = first + 1; other <= last; other++) if (!staysFirst(about(winner), about(other))) winner = other;
    return winner;
  };
  const firstOf = (i: number): number => {
    let first = i;
    while (first > 0 && starts[first - 1] === starts[i]) first--;
    return first;
  };
  const names = new Map<number, string>();
  const nameAt = (i: number): string => {
    const known = names.get(i);
    if (known !== undefined) return known;
    const name = raw.name(order[i] ?? 0);
    names.set(i, name);
    return name;
  };
  const holds = (i: number, address: number): boolean => address < (ends[i] ?? 0) || address === starts[i];
  /** The last place whose symbol starts at or before the address, -1 where none does. */
  const before = (address: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const sized = raw.length.some((length) => length > 0);
  const hasSize = (i: number): boolean => (raw.length[order[i] ?? 0] ?? 0) > 0;
  return {
    size: raw.size,
    find(address) {
      let label: number | undefined;
      let i = before(address);
      for (let steps = 0; i >= 0 && steps < BACK; steps++) {
        const first = firstOf(i);
        const winner = bestOf(first, i);
        const holding = holds(winner, address);
        if (holding && (!sized || hasSize(winner))) return nameAt(winner);
        // A label without a size names the address only when it is not inside a function.
        if (holding) label ??= winner;
        i = first - 1;
      }
      return label === undefined ? undefined : nameAt(label);
    },
  };
};

/** A table without symbols. */
export const noSymbols: SymbolTable = { size: 0, find: () => undefined };
