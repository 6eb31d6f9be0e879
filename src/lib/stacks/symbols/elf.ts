import { slice, type Bytes } from '../../bytes/bytes.ts';

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entry: number;
}

/** A loaded segment: virtual addresses from `address` on map the file from `offset` on. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  readonly memory: number;
}

/** The headers of an ELF file: elf(5). */
export interface Elf {
  readonly bytes: Bytes;
  readonly wide: boolean;
  readonly little: boolean;
  readonly machine: number;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  /** Lower-case hexadecimal; '' if the file has none. */
  readonly buildId: string;
}

export const SHT = { SYMTAB: 2, STRTAB: 3, RELA: 4, NOTE: 7, NOBITS: 8, REL: 9, DYNSYM: 11 } as const;
export const SHF_ALLOC = 2;
const PT_LOAD = 1;
const PT_NOTE = 4;
const MOST_SECTIONS = 65_536;

/** A u64 as a signed number: exact for user addresses and for kernel addresses, which are negative. */
export const address64 = (view: DataView, at: number, little: boolean): number =>
  view.getInt32(at + (little ? 4 : 0), little) * 0x1_0000_0000 + view.getUint32(at + (little ? 0 : 4), little);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const latin1 = new TextDecoder('latin1');

/** The NUL-terminated text at `at` in a string table. */
export const stringAt = (table: Uint8Array, at: number): string => {
  if (at >= table.length) return '';
  const end = table.indexOf(0, at);
  return latin1.decode(table.subarray(at, end < 0 ? table.length : end));
};

interface Shape {
  readonly wide: boolean;
  readonly little: boolean;
  readonly word: (view: DataView, at: number) => number;
}

const readSections = (bytes: Bytes, head: DataView, { wide, little, word }: Shape): Section[] => {
  const at = word(head, wide ? 40 : 32);
  const size = head.getUint16(wide ? 58 : 46, little);
  const least = wide ? 64 : 40;
  let count = head.getUint16(wide ? 60 : 48, little);
  let namesAt = head.getUint16(wide ? 62 : 50, little);
  if (at <= 0 || size < least) return [];
  const first = viewOf(slice(bytes, at, least));
  if (first.byteLength < least) return [];
  // More than 0xff00 sections: the real numbers are in section 0.
  if (count === 0) count = word(first, wide ? 32 : 20);
  if (namesAt === 0xffff) namesAt = first.getUint32(wide ? 40 : 24, little);
  const table = viewOf(slice(bytes, at, Math.min(count, MOST_SECTIONS) * size));
  const raw = Array.from({ length: Math.floor(table.byteLength / size) }, (_, i) => {
    const from = i * size;
    const [flags, address, offset, length, link, info, entry] = wide
      ? [8, 16, 24, 32, 40, 44, 56]
      : [8, 12, 16, 20, 24, 28, 36];
    return {
      nameAt: table.getUint32(from, little),
      type: table.getUint32(from + 4, little),
      flags: word(table, from + flags),
      address: word(table, from + address),
      offset: word(table, from + offset),
      size: word(table, from + length),
      link: table.getUint32(from + link, little),
      info: table.getUint32(from + info, little),
      entry: word(table, from + entry),
    };
  });
  const names = raw[namesAt];
  const text = names === undefined ? new Uint8Array(0) : slice(bytes, names.offset, names.size, 2 ** 24);
  return raw.map(({ nameAt, ...section }) => ({ ...section, name: stringAt(text, nameAt) }));
};

interface ProgramHeader extends Segment {
  readonly type: number;
  readonly size: number;
}

const readSegments = (bytes: Bytes, head: DataView, { wide, little, word }: Shape): ProgramHeader[] => {
  const at = word(head, wide ? 32 : 28);
  const size = head.getUint16(wide ? 54 : 42, little);
  const count = head.getUint16(wide ? 56 : 44, little);
  if (at <= 0 || size < (wide ? 56 : 32)) return [];
  const table = viewOf(slice(bytes, at, count * size));
  return Array.from({ length: Math.floor(table.byteLength / size) }, (_, i) => {
    const from = i * size;
    return {
      type: table.getUint32(from, little),
      offset: word(table, from + (wide ? 8 : 4)),
      address: word(table, from + (wide ? 16 : 8)),
      size: word(table, from + (wide ? 32 : 16)),
      memory: word(table, from + (wide ? 40 : 20)),
    };
  });
};

/** The GNU build-id among ELF notes; '' if there is none. */
export const buildIdOfNotes = (notes: Uint8Array, little: boolean): string => {
  const view = viewOf(notes);
  for (let at = 0; at + 12 <= notes.length;) {
    const nameSize = view.getUint32(at, little);
    const size = view.getUint32(at + 4, little);
    const name = at + 12;
    const body = name + ((nameSize + 3) & ~3);
    if (nameSize > notes.length || size > notes.length || body + size > notes.length) return '';
    if (
      view.getUint32(at + 8, little) === 3 &&
      nameSize === 4 &&
      latin1.decode(notes.subarray(name, name + 3)) === 'GNU'
    )
      return Array.from(notes.subarray(body, body + Math.min(size, 20)), (byte) =>
        byte.toString(16).padStart(2, '0'),
      ).join('');
    at = body + ((size + 3) & ~3);
  }
  return '';
};

const readBuildId = (
  bytes: Bytes,
  sections: readonly Section[],
  programs: readonly ProgramHeader[],
  little: boolean,
): string => {
  const places = [
    ...sections.filter(({ type }) => type === SHT.NOTE),
    ...programs.filter(({ type }) => type === PT_NOTE),
  ];
  for (const { offset, size } of places) {
    const id = buildIdOfNotes(slice(bytes, offset, size, 2 ** 20), little);
    if (id !== '') return id;
  }
  return '';
};

/** Reads the headers of an ELF file, and only these, which is fast for big files; undefined if it is not ELF. */
export const readElf = (bytes: Bytes): Elf | undefined => {
  const start = slice(bytes, 0, 64);
  if (start.length < 52 || latin1.decode(start.subarray(0, 4)) !== '\x7fELF') return undefined;
  const wide = start[4] === 2;
  const little = start[5] !== 2;
  const head = viewOf(start);
  if (wide && start.length < 64) return undefined;
  const shape: Shape = {
    wide,
    little,
    word: wide ? (view, at) => address64(view, at, little) : (view, at) => view.getUint32(at, little),
  };
  const sections = readSections(bytes, head, shape);
  const programs = readSegments(bytes, head, shape);
  return {
    bytes,
    wide,
    little,
    machine: head.getUint16(18, little),
    sections,
    segments: programs.filter(({ type }) => type === PT_LOAD),
    buildId: readBuildId(bytes, sections, programs, little),
  };
};

/** The first section with a name. */
export const sectionOf = ({ sections }: Elf, name: string): Section | undefined =>
  sections.find((section) => section.name === name);

/** The contents of a section; empty for one without bytes in the file. */
export const contentOf = ({ bytes }: Elf, { type, offset, size }: Section): Uint8Array =>
  type === SHT.NOBITS ? new Uint8Array(0) : slice(bytes, offset, size);
