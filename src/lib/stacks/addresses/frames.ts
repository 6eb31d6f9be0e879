import { JIT, KERNEL, UNKNOWN } from '../profile.ts';
import { stableOrder } from '../symbols/stable-order.ts';
import { NO_NAME, type Named, type Symbolizer } from '../symbols/symbolizer.ts';
import { buildFrames, type FrameBuilder } from '../table.ts';
import type { Places } from './address-stacks.ts';
import { FIRST_FILE, GUEST_KERNEL_DSO, KERNEL_DSO, UNMAPPED_DSO, type Dso } from './dsos.ts';

const jitted = /\/jitted-\d+-\d+\.so$/;

/** Names addresses (ascending) of one dso, and gives the flags of its frames. */
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

/**
 * Above this, doubles cannot distinguish neighbouring addresses: such frames stay unknown rather than get a wrong name.
 */
const EXACT = 2 ** 53;

/** Symbols by signed address: user and kernel addresses of all architectures are exact as doubles. */
const signedAddresses = ({ words, size }: Places): Float64Array => {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) out[i] = ((words[i * 2 + 1] as number) | 0) * 0x1_0000_0000 + (words[i * 2] as number);
  return out;
};

/** The complete address of a place. */
const addressOf = ({ words }: Places, place: number): bigint =>
  (BigInt(words[place * 2 + 1] ?? 0) << 32n) | BigInt(words[place * 2] ?? 0);

interface Naming {
  readonly symbols: Symbolizer;
  readonly dsos: readonly Dso[];
  readonly frames: FrameBuilder;
  readonly addresses: boolean;
}

/** The frame of each place: all addresses of a dso are named in one call, and each symbol becomes one frame. */
const frameOfPlaces = (places: Places, { symbols, dsos, frames, addresses }: Naming): Uint32Array => {
  const out = new Uint32Array(places.size);
  const byDso = new Map<number, number[]>();
  const signed = signedAddresses(places);
  for (const i of stableOrder(signed, places.size)) {
    const dso = places.dso[i] ?? 0;
    const list = byDso.get(dso);
    if (list === undefined) byDso.set(dso, [i]);
    else list.push(i);
  }
  for (const [dso, list] of byDso) {
    const about = dsos[dso] ?? { name: NO_NAME, buildId: '' };
    const sorted = Float64Array.from(list, (i) => signed[i] ?? 0);
    const { names, flags } = namesOf(symbols, dso, about, sorted);
    const known = new Map<Named, number>();
    list.forEach((place, i) => {
      const exact = Math.abs(sorted[i] ?? 0) <= EXACT;
      const named = (exact ? names[i] : undefined) ?? { name: NO_NAME, dso: about.name };
      const unknown = named.name === NO_NAME;
      let frame = unknown && addresses ? undefined : known.get(named);
      if (frame === undefined) {
        const address = unknown && addresses ? addressOf(places, place) : undefined;
        frame = frames.frame(named.name, named.dso, flags | (unknown ? UNKNOWN : 0), address);
        known.set(named, frame);
      }
      out[place] = frame;
    });
  }
  return out;
};

/** The frames, and the frame of each place. */
export interface NamedPlaces {
  readonly frames: ReturnType<FrameBuilder['table']>;
  readonly frameOf: Uint32Array;
}

/** Names every address of a capture once, file by file. */
export const namePlaces = (
  places: Places,
  dsos: readonly Dso[],
  symbols: Symbolizer,
  { addresses = false }: { readonly addresses?: boolean },
): NamedPlaces => {
  const frames = buildFrames({ addresses });
  const frameOf = frameOfPlaces(places, { symbols, dsos, frames, addresses });
  return { frames: frames.table(), frameOf };
};
