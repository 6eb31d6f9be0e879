/** What the first page and the last 8 KB of a binary say: elf(5). */
export interface ElfEnds {
  /** e_machine; 0 if it is no ELF file. */
  readonly machine: number;
  /** Whether it was linked by Go: it has the note of its build id. */
  readonly go: boolean;
  /** Whether it has a table of all symbols, or exported ones only; undefined if the section headers are elsewhere. */
  readonly symbols: boolean | undefined;
}

const SYMTAB = 2;
/** Name size 4, a size, type 4, the name "Go". */
const GO_NOTE = /\x04\0\0\0..\0\0\x04\0\0\0Go\0\0/s;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The types of sections in a table of headers; undefined if it does not begin with the empty section. */
const typesIn = (table: Uint8Array, size: number, little: boolean): readonly number[] | undefined => {
  if (table.length < size || table.subarray(0, size).some((byte) => byte !== 0)) return undefined;
  const view = viewOf(table);
  return Array.from({ length: Math.floor(table.length / size) }, (_, i) => view.getUint32(i * size + 4, little));
};

/** Reads both ends of a binary. Linkers write the section headers last, Go's writes them first. */
export const elfEnds = (head: Uint8Array, tail: Uint8Array): ElfEnds => {
  const latin1 = Buffer.from(head).toString('latin1');
  if (head.length < 64 || !latin1.startsWith('\x7fELF')) return { machine: 0, go: false, symbols: undefined };
  const view = viewOf(head);
  const [wide, little] = [head[4] === 2, head[5] === 1];
  const at = wide ? Number(view.getBigUint64(40, little)) : view.getUint32(32, little);
  const [size, count] = [view.getUint16(wide ? 58 : 46, little), view.getUint16(wide ? 60 : 48, little)];
  const length = size * count;
  const inHead = at > 0 && at + length <= head.length;
  const table = inHead ? head.subarray(at, at + length) : length <= tail.length ? tail.subarray(tail.length - length) : undefined; // prettier-ignore
  const types = table === undefined || length === 0 ? undefined : typesIn(table, size, little);
  return { machine: view.getUint16(18, little), go: GO_NOTE.test(latin1), symbols: types?.includes(SYMTAB) };
};
