const text = new TextDecoder('utf-8', { fatal: false });

/** Returns the same string for the same bytes: paths and names of a sweep are the same in every sample. */
export type ByteNames = (bytes: Uint8Array, from: number, to: number) => string;

const MOST_NAMES = 1_000_000;

const sameText = (name: string, bytes: Uint8Array, from: number, to: number): boolean => {
  if (name.length !== to - from) return false;
  for (let i = from; i < to; i++) if (name.charCodeAt(i - from) !== bytes[i]) return false;
  return true;
};

/** A cache of strings. A lookup takes a third of the time of decoding, and allocates nothing. */
export const newNames = (): ByteNames => {
  const known = new Map<number, string>();
  return (bytes, from, to) => {
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
    const found = known.get(hash);
    if (found !== undefined && sameText(found, bytes, from, to)) return found;
    const name = text.decode(bytes.subarray(from, to));
    if (known.size >= MOST_NAMES) known.clear();
    known.set(hash, name);
    return name;
  };
};
