const WEAK = 2;
const GLOBAL = 1;
const NO_TYPE = 0;

/** Symbols as columns, in the order of the file. */
export interface Symbols {
  readonly size: number;
  /** Offsets in the file; for kernels and JIT code, addresses as signed numbers (kernel addresses are negative). */
  readonly start: Float64Array;
  /** 0 if the file gives no size. */
  readonly length: Float64Array;
  /** ELF binding in the high half of the byte, ELF type in the low half. */
  readonly info: Uint8Array;
  /** Symbols from this index on do not end the symbol before them: .plt entries. */
  readonly extra: number;
  /** Whether every symbol has its real length, even 0: perf maps. */
  readonly exact: boolean;
  /** The demangled name. */
  name(symbol: number): string;
}

export const noSymbols: Symbols = {
  size: 0,
  start: new Float64Array(0),
  length: new Float64Array(0),
  info: new Uint8Array(0),
  extra: 0,
  exact: false,
  name: () => '',
};

/** Of names that differ only in leading underscores, the one with fewer is preferred. */
const underscores = (name: string): number => {
  let count = 0;
  while (name[count] === '_') count++;
  return count;
};

/**
 * Whether symbol `a` is preferred over `b`, which comes later in the file at the same address: as choose_best_symbol()
 * in tools/perf/util/symbol.c, so that names equal those of `perf script`. Of several symbols without a size, the last
 * one gets a size: it ends where the next symbol begins.
 */
const staysFirst = (symbols: Symbols, a: number, b: number, last: boolean): boolean => {
  const [aInfo = 0, bInfo = 0] = [symbols.info[a], symbols.info[b]];
  const rules: readonly (readonly [boolean, boolean])[] = [
    [(symbols.length[a] ?? 0) > 0, (symbols.length[b] ?? 0) > 0 || last],
    [(aInfo & 15) !== NO_TYPE, (bInfo & 15) !== NO_TYPE],
    [aInfo >> 4 !== WEAK, bInfo >> 4 !== WEAK],
    [aInfo >> 4 === GLOBAL, bInfo >> 4 === GLOBAL],
  ];
  for (const [first, second] of rules) if (first !== second) return first;
  const [aName, bName] = [symbols.name(a), symbols.name(b)];
  if (underscores(aName) !== underscores(bName)) return underscores(aName) < underscores(bName);
  if (aName.length !== bName.length) return aName.length > bName.length;
  return !(aName.startsWith('SyS') || aName.startsWith('compat_SyS'));
};

/** The index of the first element of `sorted` that is not below `value`. */
const atOrAfter = (sorted: Float64Array, value: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

const NONE = -1;
const PAGE = 4096;

/**
 * For each address, the symbol with the last start before or at it, or NONE; symbols with equal start are chained by
 * `next`. Sorting the few addresses instead of the many symbols takes 5 ms for a binary with 100,000 symbols.
 */
const nearest = (symbols: Symbols, addresses: Float64Array): { best: Int32Array; next: Map<number, number[]> } => {
  const { start, size } = symbols;
  const best = new Int32Array(addresses.length).fill(NONE);
  const next = new Map<number, number[]>();
  let place = 0;
  for (let symbol = 0; symbol < size; symbol++) {
    const from = start[symbol] ?? 0;
    // Symbols are often in order: try the place of the previous symbol first.
    const here = addresses[place] ?? Infinity;
    const before = place === 0 ? -Infinity : (addresses[place - 1] ?? 0);
    if (!(from <= here && from > before)) place = atOrAfter(addresses, from);
    if (place >= addresses.length) continue;
    const known = best[place] ?? NONE;
    const knownStart = known === NONE ? -Infinity : (start[known] ?? 0);
    if (from > knownStart) best[place] = symbol;
    else if (from === knownStart && known !== NONE) {
      const others = next.get(known);
      if (others === undefined) next.set(known, [symbol]);
      else others.push(symbol);
    }
  }
  for (let i = 1; i < best.length; i++) if (best[i] === NONE) best[i] = best[i - 1] ?? NONE;
  return { best, next };
};

/** Of the symbols that start where `first` does, the one to use as name. */
const winner = (symbols: Symbols, first: number, others: readonly number[]): number => {
  let best = first;
  others.forEach((other, i) => {
    const last = i === others.length - 1 && !symbols.exact;
    if (!staysFirst(symbols, best, other, last)) best = other;
  });
  return best;
};

/**
 * For addresses beyond the end of the symbol before them, or in one without a size: the innermost symbol that contains
 * them.
 */
const around = (symbols: Symbols, addresses: Float64Array, open: readonly number[], found: Int32Array): void => {
  const sorted = Float64Array.from(open, (i) => addresses[i] ?? 0);
  const inner = new Int32Array(open.length).fill(NONE);
  for (let symbol = 0; symbol < symbols.size; symbol++) {
    const from = symbols.start[symbol] ?? 0;
    const to = from + (symbols.length[symbol] ?? 0);
    if (to === from) continue;
    for (let i = atOrAfter(sorted, from); i < sorted.length && (sorted[i] ?? 0) < to; i++) {
      const known = inner[i] ?? NONE;
      if (known === NONE || from > (symbols.start[known] ?? 0)) inner[i] = symbol;
    }
  }
  open.forEach((at, i) => {
    if (inner[i] !== NONE) found[at] = inner[i] ?? NONE;
  });
};

/** A symbol without a size ends at the next one; the last symbol ends at the end of the page after its own. */
const reach = (symbols: Symbols): number => {
  let last = -Infinity;
  for (let symbol = 0; symbol < symbols.size; symbol++) last = Math.max(last, symbols.start[symbol] ?? 0);
  return Math.ceil(last / PAGE) * PAGE + PAGE;
};

/**
 * The symbol that contains each address, or -1. `addresses` ascend. Of overlapping symbols with a size, the innermost
 * is used; a label without a size is used only outside all functions.
 */
export const findSymbols = (symbols: Symbols, addresses: Float64Array): Int32Array => {
  const found = new Int32Array(addresses.length).fill(NONE);
  if (symbols.size === 0 || addresses.length === 0) return found;
  const { best, next } = nearest(symbols, addresses);
  const end = symbols.exact ? -Infinity : reach(symbols);
  const open: number[] = [];
  let sized: boolean | undefined;
  let last = NONE;
  let chosen = NONE;
  for (let i = 0; i < best.length; i++) {
    const symbol = best[i] ?? NONE;
    if (symbol === NONE) continue;
    if (symbol !== last) {
      last = symbol;
      const others = next.get(symbol);
      chosen = others === undefined ? symbol : winner(symbols, symbol, others);
    }
    const from = symbols.start[chosen] ?? 0;
    const length = symbols.length[chosen] ?? 0;
    const address = addresses[i] ?? 0;
    if (length > 0 ? address < from + length : address === from || address < end) found[i] = chosen;
    if (found[i] === NONE || length === 0) {
      sized ??= symbols.length.some((size) => size > 0);
      if (sized) open.push(i);
    }
  }
  if (open.length > 0) around(symbols, addresses, open, found);
  return found;
};
