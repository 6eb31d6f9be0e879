import { address64 } from '../../stacks/symbols/elf.ts';
import { textOf } from './cursor.ts';
import type { MappedFile, MmapFacts } from '../../stacks/addresses/dsos.ts';
import { MISC_MMAP_BUILD_ID, MISC_MMAP_DATA, RECORD } from './format.ts';
import { readNumber } from './attr.ts';

const EXECUTABLE = 5;
const DATA = 3;

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * The mapped file of each distinct record: every new process maps the same files, so equal bytes give the same object.
 */
interface Known {
  readonly bytes: Uint8Array;
  readonly file: MappedFile;
}
const MOST_KNOWN = 4096;
const known = new Map<number, Known>();

const same = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Where a record's name ends: at its NUL or at the record's end; the trailer follows. */
const endOf = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at++;
  return at;
};

/** The file of a record: the bytes from the file's numbers to the end of its name identify it. */
const fileOf = (view: DataView, at: number, size: number, little: boolean): MappedFile => {
  const misc = view.getUint16(at + 4, little);
  const second = view.getUint32(at, little) === RECORD.MMAP2;
  const record = new Uint8Array(view.buffer, view.byteOffset + at, size);
  const nameAt = second ? 72 : 40;
  const bytes = record.subarray(40, endOf(record, nameAt));
  const kind = (second ? 1 : 0) | (misc & (MISC_MMAP_BUILD_ID | MISC_MMAP_DATA));
  let hash = kind;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  const found = known.get(hash);
  if (found !== undefined && found.file.kind === kind && same(found.bytes, bytes)) return found.file;
  const idSize = second && (misc & MISC_MMAP_BUILD_ID) !== 0 ? Math.min(20, view.getUint8(at + 40)) : 0;
  const file: MappedFile = {
    kind,
    protection: second ? view.getUint32(at + 64, little) : (misc & MISC_MMAP_DATA) === 0 ? EXECUTABLE : DATA,
    filename: textOf(bytes.subarray(nameAt - 40)),
    buildId: hexOf(record.subarray(44, 44 + idSize)),
    inode: second && idSize === 0 ? readNumber(view, at + 48, little) : 0,
  };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(hash, { bytes: bytes.slice(), file });
  return file;
};

/** Reads an MMAP or MMAP2 record; undefined if it is too short. */
export const readMmap = (view: DataView, at: number, little: boolean): MmapFacts | undefined => {
  const size = view.getUint16(at + 6, little);
  if (size < (view.getUint32(at, little) === RECORD.MMAP2 ? 72 : 40)) return undefined;
  return {
    pid: view.getInt32(at + 8, little),
    start: address64(view, at + 16, little),
    length: readNumber(view, at + 24, little),
    offset: address64(view, at + 32, little),
    file: fileOf(view, at, size, little),
  };
};
