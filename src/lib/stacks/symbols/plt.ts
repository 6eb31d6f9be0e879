import { demangle } from './demangle.ts';
import { contentOf, sectionOf, stringAt, type Elf } from './elf.ts';

export interface PltEntry {
  readonly start: number;
  readonly length: number;
  name(): string;
}

/** Sizes of the .plt header and of an entry if the section does not give them: ARM, AArch64, SPARC. */
const sizes: Readonly<Record<number, readonly [header: number, entry: number]>> = {
  40: [20, 12],
  183: [32, 16],
  2: [48, 12],
  43: [128, 32],
};

/** The names of the symbols that .rela.plt or .rel.plt relocates, in order. */
const relocated = (elf: Elf): (() => string)[] => {
  const relocations = sectionOf(elf, '.rela.plt') ?? sectionOf(elf, '.rel.plt');
  const symbols = elf.sections[relocations?.link ?? 0];
  const strings = elf.sections[symbols?.link ?? 0];
  if (relocations === undefined || symbols === undefined || strings === undefined) return [];
  const { wide, little } = elf;
  const table = contentOf(elf, symbols);
  const text = contentOf(elf, strings);
  const content = contentOf(elf, relocations);
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const symbolView = new DataView(table.buffer, table.byteOffset, table.length);
  const step = (wide ? 16 : 8) + (relocations.name === '.rela.plt' ? (wide ? 8 : 4) : 0);
  const entry = wide ? 24 : 16;
  const out: (() => string)[] = [];
  for (let at = 0; at + step <= content.length; at += step) {
    const symbol = wide ? view.getUint32(at + (little ? 12 : 8), little) : view.getUint32(at + 4, little) >>> 8;
    const place = symbol * entry;
    const name = place + 4 > table.length ? text.length : symbolView.getUint32(place, little);
    out.push(() => stringAt(text, name));
  }
  return out;
};

/** Where stubs are: a section, the bytes before the first stub, and the size of each. */
const stubs = (elf: Elf): readonly (readonly [offset: number, entry: number, room: number])[] => {
  const plt = sectionOf(elf, '.plt');
  const second = sectionOf(elf, '.plt.sec');
  const out: (readonly [number, number, number])[] = [];
  if (plt !== undefined) {
    const [header, entry] = sizes[elf.machine] ?? [plt.entry, plt.entry];
    out.push([plt.offset + header, entry, plt.size - header]);
  }
  // With IBT, calls go to .plt.sec, which has no header.
  if (second !== undefined) out.push([second.offset, second.entry === 0 ? 16 : second.entry, second.size]);
  return out;
};

/** The stubs of functions in other libraries, named as in perf: `malloc@plt`. */
export const pltSymbols = (elf: Elf): readonly PltEntry[] => {
  const names = relocated(elf);
  return stubs(elf).flatMap(([offset, entry, room]) =>
    entry <= 0
      ? []
      : names
          .slice(0, Math.floor(room / entry))
          .map((name, i) => ({ start: offset + i * entry, length: entry, name: () => `${demangle(name())}@plt` })),
  );
};
