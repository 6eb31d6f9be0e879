import { demangle } from './demangle.ts';
import { address64, contentOf, SHF_ALLOC, SHT, stringAt, type Elf, type Section } from './elf.ts';
import type { Symbols } from './table.ts';
import { pltSymbols, type PltEntry } from './plt.ts';

const STT = { NOTYPE: 0, OBJECT: 1, FUNC: 2, GNU_IFUNC: 10 } as const;
const SHN_ABS = 0xfff1;
const EM_ARM = 40;
const EM_AARCH64 = 183;

/** A symbol table of a file and its strings. */
interface Table {
  readonly view: DataView;
  readonly strings: Uint8Array;
  readonly count: number;
  readonly entry: number;
}

const tableOf = (elf: Elf, section: Section): Table => {
  const content = contentOf(elf, section);
  const strings = elf.sections[section.link];
  const entry = elf.wide ? 24 : 16;
  return {
    view: new DataView(content.buffer, content.byteOffset, content.length),
    strings: strings === undefined ? new Uint8Array(0) : contentOf(elf, strings),
    count: Math.floor(content.length / entry),
    entry,
  };
};

/** Symbols that grow table by table; names stay in the string tables until requested. */
interface Growing {
  size: number;
  start: Float64Array;
  length: Float64Array;
  info: Uint8Array;
  nameAt: Uint32Array;
  /** The first symbol of each string table. */
  readonly tables: { readonly from: number; readonly strings: Uint8Array }[];
}

const room = (count: number): Growing => ({
  size: 0,
  start: new Float64Array(count),
  length: new Float64Array(count),
  info: new Uint8Array(count),
  nameAt: new Uint32Array(count),
  tables: [],
});

/** ARM's mapping symbols ($a, $d, $t, $x) mark code and data; they are not names. */
const isMapping = (machine: number, strings: Uint8Array, at: number): boolean => {
  if (machine !== EM_ARM && machine !== EM_AARCH64) return false;
  const [mark, letter, end] = [strings[at], strings[at + 1] ?? 0, strings[at + 2]];
  return mark === 0x24 && 'adtx'.includes(String.fromCharCode(letter)) && (end === 0 || end === 0x2e);
};

/** Converts an address in the image to the offset in the file that is mapped there. */
const offsetsOf = (runtime: Elf): ((address: number, section: Section) => number) => {
  let last = runtime.segments[0];
  return (address, section) => {
    if (last === undefined || address < last.address || address >= last.address + last.memory)
      last = runtime.segments.find((part) => address >= part.address && address < part.address + part.memory);
    if (last === undefined) return address - (section.address - section.offset);
    return address - last.address + last.offset;
  };
};

/** Labels without a type count only in sections with code or data, as in perf's elf_sec__filter(). */
const labels = (section: Section): boolean => section.name.includes('text') || section.name.includes('data');

/** Reads the functions and objects of a symbol table, as perf's dso__load_sym_internal(). */
const addTable = (into: Growing, elf: Elf, runtime: Elf, { view, strings, count, entry }: Table): void => {
  const { wide, little, machine, sections } = elf;
  const offsetOf = offsetsOf(runtime);
  into.tables.push({ from: into.size, strings });
  // One pass over up to a million symbols: fields are read in place, without allocations.
  for (let i = 0, at = 0; i < count; i++, at += entry) {
    const nameAt = view.getUint32(at, little);
    const info = view.getUint8(at + (wide ? 4 : 12));
    const index = view.getUint16(at + (wide ? 6 : 14), little);
    const type = info & 15;
    if (nameAt === 0 || index === 0 || index >= SHN_ABS) continue;
    const label = type === STT.NOTYPE && (view.getUint8(at + (wide ? 5 : 13)) & 3) === 0;
    if (type !== STT.FUNC && type !== STT.GNU_IFUNC && type !== STT.OBJECT && !label) continue;
    if (isMapping(machine, strings, nameAt)) continue;
    const section = sections[index];
    if (section === undefined || (section.flags & SHF_ALLOC) === 0 || (label && !labels(section))) continue;
    let value = wide ? address64(view, at + 8, little) : view.getUint32(at + 4, little);
    if (machine === EM_ARM && type === STT.FUNC && value % 2 === 1) value--;
    into.start[into.size] = offsetOf(value, section);
    into.length[into.size] = wide ? address64(view, at + 16, little) : view.getUint32(at + 8, little);
    into.info[into.size] = info;
    into.nameAt[into.size++] = nameAt;
  }
};

const named = (growing: Growing, plt: readonly PltEntry[]): Symbols => {
  const extra = growing.size - plt.length;
  return {
    size: growing.size,
    start: growing.start,
    length: growing.length,
    info: growing.info,
    extra,
    exact: false,
    name(symbol) {
      if (symbol >= extra) return plt[symbol - extra]?.name() ?? '';
      const table = growing.tables.findLast(({ from }) => from <= symbol);
      return demangle(stringAt(table?.strings ?? new Uint8Array(0), growing.nameAt[symbol] ?? 0));
    },
  };
};

const symtabOf = (elf: Elf): Section | undefined => elf.sections.find(({ type }) => type === SHT.SYMTAB);
const dynsymOf = (elf: Elf): Section | undefined => elf.sections.find(({ type }) => type === SHT.DYNSYM);

/** Whether a file has a full symbol table, not only the symbols for the dynamic linker. */
export const hasSymtab = (elf: Elf): boolean => symtabOf(elf) !== undefined;

/**
 * The symbols of a binary by offset in its file. `debug` is its separate debug file, if it has one: it then provides
 * the full symbol table, and the binary provides .plt.
 */
export const elfSymbols = (runtime: Elf, debug?: Elf): Symbols => {
  const elf = debug ?? runtime;
  const tables = [symtabOf(elf), dynsymOf(elf)]
    .filter((section) => section !== undefined)
    .map((section) => tableOf(elf, section));
  const plt = pltSymbols(runtime);
  const growing = room(tables.reduce((sum, { count }) => sum + count, plt.length));
  for (const table of tables) addTable(growing, elf, runtime, table);
  for (const { start, length } of plt) {
    growing.start[growing.size] = start;
    growing.length[growing.size] = length;
    growing.info[growing.size++] = 0x12;
  }
  return named(growing, plt);
};
