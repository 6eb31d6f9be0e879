import { address64 } from '../../stacks/symbols/elf.ts';
import { textOf } from './cursor.ts';
import type { MmapFacts } from './dsos.ts';
import { MISC_MMAP_BUILD_ID, MISC_MMAP_DATA, RECORD } from './format.ts';
import { readNumber } from './attr.ts';

const EXECUTABLE = 5;
const DATA = 3;

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Names repeat with every process that starts: one text per distinct name. */
const recent = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>();
const MOST_RECENT = 4096;

/** The NUL-terminated name, without making the same text twice. */
const nameOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  const name = end < 0 ? bytes : bytes.subarray(0, end);
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ (name[i] ?? 0), 0x01000193);
  const known = recent.get(hash);
  if (known?.bytes.length === name.length && known.bytes.every((byte, i) => byte === name[i])) return known.text;
  const text = textOf(name);
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(hash, { bytes: name.slice(), text });
  return text;
};

/** Reads an MMAP or MMAP2 record; undefined when it is too short for one. */
export const readMmap = (view: DataView, at: number, little: boolean): MmapFacts | undefined => {
  const misc = view.getUint16(at + 4, little);
  const size = view.getUint16(at + 6, little);
  const second = view.getUint32(at, little) === RECORD.MMAP2;
  const name = second ? 72 : 40;
  if (size < name) return undefined;
  const withId = second && (misc & MISC_MMAP_BUILD_ID) !== 0;
  const idSize = withId ? Math.min(20, view.getUint8(at + 40)) : 0;
  return {
    pid: view.getInt32(at + 8, little),
    start: address64(view, at + 16, little),
    length: readNumber(view, at + 24, little),
    offset: address64(view, at + 32, little),
    protection: second ? view.getUint32(at + 64, little) : (misc & MISC_MMAP_DATA) === 0 ? EXECUTABLE : DATA,
    filename: nameOf(new Uint8Array(view.buffer, view.byteOffset + at + name, size - name)),
    buildId: hexOf(new Uint8Array(view.buffer, view.byteOffset + at + 44, idSize)),
  };
};
