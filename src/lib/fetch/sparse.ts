import type { Bytes } from '../bytes/bytes.ts';
import { readElf, type Elf } from '../stacks/symbols/elf.ts';
import { keptSections, slimElf } from '../stacks/symbols/slim-elf.ts';

interface Part {
  readonly at: number;
  readonly bytes: Uint8Array;
}

const MOST_PARTS = 4096;

const word = (view: DataView, at: number): number => view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);

/** A file of which only parts were sent: size, then offset, length and bytes of each. Reads end where a part ends. */
export const sparseBytes = (body: Uint8Array): Bytes | undefined => {
  if (body.length < 8) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const parts: Part[] = [];
  for (let at = 8; at < body.length;) {
    if (at + 16 > body.length || parts.length === MOST_PARTS) return undefined;
    const length = word(view, at + 8);
    if (length > body.length - at - 16) return undefined;
    parts.push({ at: word(view, at), bytes: body.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  const read = (at: number, into: Uint8Array): number => {
    let best: Uint8Array = new Uint8Array(0);
    for (const part of parts) {
      const from = at - part.at;
      if (from >= 0 && part.bytes.length - from > best.length) best = part.bytes.subarray(from);
    }
    const found = best.subarray(0, into.length);
    into.set(found);
    return found.length;
  };
  return { size: word(view, 0), read, close: () => undefined };
};

/** An ELF file without the bytes that symbolizing does not need, and its build-id. */
export interface Slim {
  readonly buildId: string;
  readonly bytes: Uint8Array;
}

/** A section table of a hostile host could name the same bytes again and again. */
const isFair = (elf: Elf, sent: number): boolean => {
  let sum = 0;
  for (const { size } of keptSections(elf)) sum += size;
  return sum <= sent;
};

/** Reads what was sent of an ELF file; undefined if it is none or damaged. */
export const slimOf = (file: Bytes | undefined, sent: number): Slim | undefined => {
  if (file === undefined) return undefined;
  try {
    const elf = readElf(file);
    if (elf === undefined || !isFair(elf, sent)) return undefined;
    const bytes = slimElf(elf);
    return { buildId: elf.buildId, bytes };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
