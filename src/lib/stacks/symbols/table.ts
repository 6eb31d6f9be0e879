export const WEAK = 2;
export const GLOBAL = 1;
export const NO_TYPE = 0;

/** Symbols as they were read: columns in the order of the file. */
export interface Symbols {
  readonly size: number;
  /** Offsets in the file or, for kernels and run-time code, addresses as signed numbers (the kernel's are negative). */
  readonly start: Float64Array;
  /** 0 where the file gives no size. */
  readonly length: Float64Array;
  /** ELF binding in the high half, ELF type in the low half of the byte. */
  readonly info: Uint8Array;
  /** Symbols from this one on stand beside the others and end none of them: .plt entries. */
  readonly extra: number;
  /** Every symbol has its real length, even 0: run-time maps. */
  readonly exact: boolean;
  /** The name as it is shown, demangled. */
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

/** Of names that differ in nothing but their leading underscores, the one with fewer is meant for people. */
const underscores = (name: string): number => {
  let count = 0;
  while (name[count] === '_') count++;
  return count;
};

/**
 * Whether symbol `a` stays when `b`, later in the file, starts at the same address: choose_best_symbol() in
 * tools/perf/util/symbol.c, so that names are those of `perf script`. Only the last of them without a size has one there,
 * since it ends where the next symbol begins.
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

/** The index of the first of `sorted` that is not below `value`. */
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
 * For each address the symbol that starts last before it, NONE where none does; symbols that start at one address are
 * chained by `next`. Sorting the few addresses instead of the many symbols makes a binary with 100,000 symbols cost 5 ms.
 */
const nearest = (symbols: Symbols, addresses: Float64Array): { best: Int32Array; next: Map<number, number[]> } => {
  const { start, size } = symbols;
  const best = new Int32Array(addresses.length).fill(NONE);
  const next = new Map<number, number[]>();
  let place = 0;
  for (let symbol = 0; symbol < size; symbol++) {
    const from = start[symbol] ?? 0;
    // Symbols often come in order: then the place is that of the symbol before.
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

/** Of the symbols that start where `first` does, the one that names the address. */
const winner = (symbols: Symbols, first: number, others: readonly number[]): number => {
  let best = first;
  others.forEach((other, i) => {
    const last = i === others.length - 1 && !symbols.exact;
    if (!staysFirst(symbols, best, other, last)) best = other;
  });
  return best;
};

/** For addresses that lie outside the symbol before them, or in one without a size: the innermost symbol around them. */
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

/** A symbol without a size reaches to the next one, the last of all to the end of the page after its own. */
const reach = (symbols: Symbols): number => {
  let last = -Infinity;
  for (let symbol = 0; symbol < symbols.size; symbol++) last = Math.max(last, symbols.start[symbol] ?? 0);
  return Math.ceil(last / PAGE) * PAGE + PAGE;
};

/**
 * The symbol that holds each address, -1 where none does. `addresses` ascend. Overlapping symbols: the innermost with a
 * size; a label without a size names what no function around it does.
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

/** The name of what holds one address, undefined where nothing does. */
export const nameAt = (symbols: Symbols, address: number): string | undefined => {
  const [symbol = NONE] = findSymbols(symbols, Float64Array.of(address));
  return symbol === NONE ? undefined : symbols.name(symbol);
};
