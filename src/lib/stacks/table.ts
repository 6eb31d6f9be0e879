import type { FrameTable, StackTable } from './profile.ts';
import { ROOT, UNKNOWN } from './profile.ts';
import { internNames, internPairs } from './intern.ts';

/**
 * Builds a frame table: equal (name, dso, flags) get one id; frames without a symbol are also distinct by address if
 * addresses are kept.
 */
export interface FrameBuilder {
  /** `address` matters only for frames flagged UNKNOWN, and only if addresses are kept. */
  frame(name: string, dso: string, flags: number, address?: bigint): number;
  table(): FrameTable;
}

export const buildFrames = ({ addresses = false }: { readonly addresses?: boolean } = {}): FrameBuilder => {
  const names = internNames();
  const dsos = internNames();
  const places = internPairs();
  const ids = new Map<number | string, number>();
  const rows: { name: number; dso: number; flags: number; address: bigint | undefined }[] = [];
  return {
    frame(name, dso, flags, address) {
      const n = names.code(name);
      const d = dsos.code(dso);
      const place = places.code(n, d) * 256 + flags;
      const byAddress = addresses && (flags & UNKNOWN) !== 0 && address !== undefined;
      const key = byAddress ? `${place}@${address}` : place;
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, rows.length);
      return rows.push({ name: n, dso: d, flags, address: byAddress ? address : undefined }) - 1;
    },
    table: () => ({
      size: rows.length,
      name: Uint32Array.from(rows, (row) => row.name),
      dso: Uint32Array.from(rows, (row) => row.dso),
      flags: Uint8Array.from(rows, (row) => row.flags),
      ...(addresses ? { address: rows.map((row) => row.address) } : {}),
      names: names.list,
      dsos: dsos.list,
    }),
  };
};

/** Builds a stack table, outermost frame first: `push(push(ROOT, main), work)`. */
export interface StackBuilder {
  push(parent: number, frame: number): number;
  table(): StackTable;
}

export const buildStacks = (capacity = 1024): StackBuilder => {
  const pairs = internPairs(capacity);
  return {
    push: (parent, frame) => pairs.code(parent, frame),
    table() {
      const { size, a: parent, b: frame } = pairs;
      const depth = new Uint32Array(size);
      for (let i = 0; i < size; i++) {
        const from = parent[i] ?? ROOT;
        depth[i] = from === ROOT ? 1 : (depth[from] ?? 0) + 1;
      }
      return { size, parent: parent.subarray(0, size), frame: frame.subarray(0, size), depth };
    },
  };
};
