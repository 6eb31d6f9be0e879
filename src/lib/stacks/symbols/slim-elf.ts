import { contentOf, SHT, type Elf, type Section } from './elf.ts';
import { slice } from '../../bytes/bytes.ts';

/** Sections that symbolizing needs; all others keep their headers and lose their bytes. */
export const keptSections = (elf: Elf): ReadonlySet<Section> => {
  const wanted = new Set<Section>();
  const withLinked = (section: Section | undefined): void => {
    if (section === undefined || wanted.has(section) || section.type === SHT.NOBITS) return;
    wanted.add(section);
    if ([SHT.SYMTAB, SHT.DYNSYM, SHT.RELA, SHT.REL].some((type) => type === section.type))
      withLinked(elf.sections[section.link]);
  };
  for (const section of elf.sections) {
    const table = section.type === SHT.SYMTAB || section.type === SHT.DYNSYM;
    const plt = section.name === '.rela.plt' || section.name === '.rel.plt';
    const small = (section.type === SHT.NOTE || section.name === '.gnu_debuglink') && section.size <= 4096;
    if (table || plt || small || section.name === '.shstrtab') withLinked(section);
  }
  return wanted;
};

interface Part {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Writes a word in the file's width and byte order. */
const putWord = (view: DataView, at: number, value: number, { wide, little }: Elf): void => {
  if (!wide) view.setUint32(at, value, little);
  else view.setBigUint64(at, BigInt(value), little);
};

/**
 * A copy of an ELF file with only its headers and symbols, to read a profile on another machine. Addresses and offsets
 * of emptied sections are unchanged, because symbols are looked up by them.
 */
export const slimElf = (elf: Elf): Uint8Array => {
  const { wide, little, bytes } = elf;
  const head = slice(bytes, 0, wide ? 64 : 52);
  const headView = new DataView(head.buffer, head.byteOffset, head.length);
  const word = (at: number): number =>
    wide ? Number(headView.getBigUint64(at, little)) : headView.getUint32(at, little);
  const [programsAt, programSize, programCount] = wide
    ? [word(32), headView.getUint16(54, little), headView.getUint16(56, little)]
    : [word(28), headView.getUint16(42, little), headView.getUint16(44, little)];
  const entry = headView.getUint16(wide ? 58 : 46, little);
  const programs = slice(bytes, programsAt, programSize * programCount);
  const sections = slice(bytes, word(wide ? 40 : 32), entry * elf.sections.length).slice();
  const table = new DataView(sections.buffer, sections.byteOffset, sections.length);
  const parts: Part[] = [];
  let at = head.length;
  const put = (part: Uint8Array): number => {
    const place = (at + 7) & ~7;
    parts.push({ at: place, bytes: part });
    at = place + part.length;
    return place;
  };
  putWord(headView, wide ? 32 : 28, put(programs), elf);
  const wanted = keptSections(elf);
  elf.sections.forEach((section, i) => {
    const from = i * entry;
    if (wanted.has(section)) putWord(table, from + (wide ? 24 : 16), put(contentOf(elf, section)), elf);
    else if (section.type !== 0) table.setUint32(from + 4, SHT.NOBITS, little);
  });
  putWord(headView, wide ? 40 : 32, put(sections), elf);
  const out = new Uint8Array(at);
  out.set(head);
  for (const part of parts) out.set(part.bytes, part.at);
  return out;
};
