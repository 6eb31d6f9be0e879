import { noSymbols, type Symbols } from './table.ts';

/** Symbols of a kernel and of its modules, by address as a signed number. */
export interface Kallsyms {
  readonly kernel: Symbols;
  readonly modules: ReadonlyMap<string, Symbols>;
  /** The address of a symbol by its exact name: it shows where the kernel was loaded. */
  addressOf(name: string): number | undefined;
  /** Whether all addresses were hidden from the reader (kernel.kptr_restrict). */
  readonly hidden: boolean;
}

/** Used if no kernel symbols are available. */
export const noKallsyms: Kallsyms = { kernel: noSymbols, modules: new Map(), addressOf: () => undefined, hidden: true };

const latin1 = new TextDecoder('latin1');
const NEWLINE = 10;
const TAB = 9;
const SPACE = 32;

/** ELF binding and type by kallsyms' letter: T, t, W, w, D, d, B, b; 0 for symbols that perf ignores. */
const infoByLetter = new Uint8Array(128);
for (const letter of 'TtWwDdBb') {
  const upper = letter.toUpperCase();
  const binding = upper === 'W' ? 2 : letter === upper ? 1 : 0;
  infoByLetter[letter.charCodeAt(0)] = (binding << 4) | ('TW'.includes(upper) ? 2 : 1);
}

const digit = (code: number): number => (code <= 57 ? code - 48 : (code | 32) - 87);

/** The symbols of a kallsyms text, as columns that can be posted between threads. */
export interface KallsymsLines {
  size: number;
  start: Float64Array;
  info: Uint8Array;
  nameAt: Uint32Array;
  nameEnd: Uint32Array;
  /** For each symbol, the index into `names` + 1 of its module; 0 for the kernel. */
  module: Uint16Array;
  readonly names: string[];
  hidden: boolean;
}

/** One pass over up to 20 MB, without allocations per line. */
export const readLines = (text: Uint8Array): KallsymsLines => {
  let count = 1;
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) count++;
  const lines: KallsymsLines = {
    size: 0,
    start: new Float64Array(count),
    info: new Uint8Array(count),
    nameAt: new Uint32Array(count),
    nameEnd: new Uint32Array(count),
    module: new Uint16Array(count),
    names: [],
    hidden: true,
  };
  for (let at = 0; at < text.length;) {
    const stop = text.indexOf(NEWLINE, at);
    const end = stop < 0 ? text.length : stop;
    readLine(text, at, end, lines);
    at = end + 1;
  }
  return lines;
};

/** `ffffffff81000000 T _text` or `ffffffffc0001000 t probe\t[virtio_net]`. */
const readLine = (text: Uint8Array, from: number, end: number, lines: KallsymsLines): void => {
  let high = 0;
  let low = 0;
  let at = from;
  for (let code = text[at] ?? SPACE; code !== SPACE && at < end; code = text[++at] ?? SPACE) {
    high = (high << 4) | (low >>> 28);
    low = ((low << 4) | digit(code)) >>> 0;
  }
  const info = infoByLetter[text[at + 1] ?? 0] ?? 0;
  const nameAt = at + 3;
  if (nameAt >= end || info === 0 || text[nameAt] === 0x24) return;
  let tab = nameAt;
  while (tab < end && text[tab] !== TAB) tab++;
  const size = lines.size++;
  lines.start[size] = high * 0x1_0000_0000 + low;
  if (high !== 0 || low !== 0) lines.hidden = false;
  lines.info[size] = info;
  lines.nameAt[size] = nameAt;
  lines.nameEnd[size] = tab;
  if (tab < end) lines.module[size] = moduleOf(lines, latin1.decode(text.subarray(tab + 1, end)));
};

const moduleOf = ({ names }: KallsymsLines, name: string): number => {
  // The symbols of a module are contiguous.
  if (names[names.length - 1] === name) return names.length;
  const known = names.indexOf(name);
  return known >= 0 ? known + 1 : names.push(name);
};

const pick = (lines: KallsymsLines, text: Uint8Array, module: number): Symbols => {
  const chosen = new Uint32Array(lines.size);
  let size = 0;
  for (let i = 0; i < lines.size; i++) if (lines.module[i] === module) chosen[size++] = i;
  const rows = chosen.subarray(0, size);
  const start = new Float64Array(size);
  const info = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    start[i] = lines.start[rows[i] ?? 0] ?? 0;
    info[i] = lines.info[rows[i] ?? 0] ?? 0;
  }
  return {
    size,
    start,
    length: new Float64Array(size),
    info,
    extra: size,
    exact: false,
    name(symbol) {
      const row = rows[symbol] ?? 0;
      return latin1.decode(text.subarray(lines.nameAt[row], lines.nameEnd[row]));
    },
  };
};

const addressOf = (lines: KallsymsLines, text: Uint8Array, name: string): number | undefined => {
  const wanted = new TextEncoder().encode(name);
  for (let i = 0; i < lines.size; i++) {
    const at = lines.nameAt[i] ?? 0;
    if ((lines.nameEnd[i] ?? 0) - at !== wanted.length || lines.module[i] !== 0) continue;
    if (wanted.every((byte, j) => text[at + j] === byte)) return lines.start[i];
  }
  return undefined;
};

/** Parses the lines of a text. */
export const kallsymsOf = (lines: KallsymsLines, text: Uint8Array): Kallsyms => {
  const modules = new Map(lines.names.map((name, i) => [name, pick(lines, text, i + 1)]));
  return {
    kernel: lines.hidden ? noSymbols : pick(lines, text, 0),
    modules: lines.hidden ? new Map() : modules,
    addressOf: (name) => addressOf(lines, text, name),
    hidden: lines.hidden,
  };
};

/** Parses /proc/kallsyms or a copy of it: proc(5). */
export const readKallsyms = (text: Uint8Array): Kallsyms => kallsymsOf(readLines(text), text);
