import { internPairs } from '../../stacks/intern.ts';
import { JIT, KERNEL, ROOT, UNKNOWN, type StackTable } from '../../stacks/profile.ts';
import { stableOrder } from '../../stacks/symbols/stable-order.ts';
import { NO_NAME, type Named, type Symbolizer } from '../../stacks/symbols/symbolizer.ts';
import { buildFrames, buildStacks, type FrameBuilder } from '../../stacks/table.ts';
import type { AddressStacks } from './addresses.ts';
import { FIRST_FILE, GUEST_KERNEL_DSO, KERNEL_DSO, UNMAPPED_DSO, type Dso } from './dsos.ts';

const jitted = /\/jitted-\d+-\d+\.so$/;

/** Names of ascending addresses of one dso, and the flags of its frames. */
const namesOf = (
  symbols: Symbolizer,
  dso: number,
  about: Dso,
  addresses: Float64Array,
): { names: Named[]; flags: number } => {
  const none = (): Named[] => {
    const unknown = { name: NO_NAME, dso: dso === UNMAPPED_DSO ? NO_NAME : about.name };
    return Array.from(addresses, () => unknown);
  };
  if (dso === KERNEL_DSO) return { names: symbols.kernel(addresses), flags: KERNEL };
  if (dso === GUEST_KERNEL_DSO) return { names: none(), flags: KERNEL };
  if (dso < FIRST_FILE) return { names: none(), flags: 0 };
  if (about.jitPid !== undefined) return { names: symbols.jit(about.jitPid, about.name, addresses), flags: JIT };
  return { names: symbols.user(about, addresses), flags: jitted.test(about.name) ? JIT : 0 };
};

/** Distinct addresses of a capture, and which of them each node of its stacks is. */
interface Places {
  readonly dso: Uint32Array;
  /** Signed: the kernel's are negative. */
  readonly address: Float64Array;
  readonly size: number;
  readonly ofNode: Uint32Array;
}

/** Pairs of 32-bit words stand for addresses; the few that need more than that and their dso's own number get one. */
const placesOf = ({ nodes, size }: AddressStacks): Places => {
  const spread = internPairs();
  const pairs = internPairs(1 << 16);
  const ofNode = new Uint32Array(size);
  let dso = new Uint32Array(1 << 16);
  let address = new Float64Array(1 << 16);
  for (let node = 0, at = 0; node < size; node++, at += 4) {
    const place = nodes[at + 1] ?? 0;
    const low = nodes[at + 2] ?? 0;
    const high = nodes[at + 3] ?? 0;
    const known = pairs.size;
    const code = pairs.code(spread.code(place, high), low);
    ofNode[node] = code;
    if (code < known) continue;
    if (code === dso.length) {
      const [oldDso, oldAddress] = [dso, address];
      dso = new Uint32Array(code * 2);
      address = new Float64Array(code * 2);
      dso.set(oldDso);
      address.set(oldAddress);
    }
    dso[code] = place;
    address[code] = (high | 0) * 0x1_0000_0000 + low;
  }
  return { dso, address, size: pairs.size, ofNode };
};

/** The unsigned address, as near as a number can say it. */
const unsigned = (address: number): number => (address < 0 ? address + 2 ** 64 : address);

interface Naming {
  readonly symbols: Symbolizer;
  readonly dsos: readonly Dso[];
  readonly frames: FrameBuilder;
  readonly addresses: boolean;
}

/** The frame of each place: every dso's addresses are named at once, and every symbol becomes a frame once. */
const framesOf = (places: Places, { symbols, dsos, frames, addresses }: Naming): Uint32Array => {
  const out = new Uint32Array(places.size);
  const byDso = new Map<number, number[]>();
  for (const i of stableOrder(places.address, places.size)) {
    const dso = places.dso[i] ?? 0;
    const list = byDso.get(dso);
    if (list === undefined) byDso.set(dso, [i]);
    else list.push(i);
  }
  for (const [dso, list] of byDso) {
    const about = dsos[dso] ?? { name: NO_NAME, buildId: '' };
    const sorted = Float64Array.from(list, (i) => places.address[i] ?? 0);
    const { names, flags } = namesOf(symbols, dso, about, sorted);
    const known = new Map<Named, number>();
    list.forEach((place, i) => {
      const named = names[i] ?? { name: NO_NAME, dso: about.name };
      const unknown = named.name === NO_NAME;
      let frame = unknown && addresses ? undefined : known.get(named);
      if (frame === undefined) {
        frame = frames.frame(named.name, named.dso, flags | (unknown ? UNKNOWN : 0), unsigned(sorted[i] ?? 0));
        known.set(named, frame);
      }
      out[place] = frame;
    });
  }
  return out;
};

/** The stacks of a capture by name: frames, and for each stack of addresses the stack of frames it became. */
export interface NamedStacks {
  readonly frames: ReturnType<FrameBuilder['table']>;
  readonly stacks: StackTable;
  readonly moved: Uint32Array;
}

/** Names every address once, file by file, and merges stacks that have the same names. */
export const nameStacks = (
  raw: AddressStacks,
  dsos: readonly Dso[],
  symbols: Symbolizer,
  { addresses = false }: { readonly addresses?: boolean },
): NamedStacks => {
  const frames = buildFrames({ addresses });
  const places = placesOf(raw);
  const frameOf = framesOf(places, { symbols, dsos, frames, addresses });
  const stacks = buildStacks(raw.size);
  const moved = new Uint32Array(raw.size);
  const { nodes } = raw;
  // Parents come before their children.
  for (let node = 0; node < raw.size; node++) {
    const parent = nodes[node * 4] ?? ROOT;
    const up = parent === ROOT ? ROOT : (moved[parent] ?? ROOT);
    moved[node] = stacks.push(up, frameOf[places.ofNode[node] ?? 0] ?? 0);
  }
  return { frames: frames.table(), stacks: stacks.table(), moved };
};
