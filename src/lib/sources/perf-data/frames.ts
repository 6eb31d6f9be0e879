import { JIT, KERNEL, ROOT, UNKNOWN, type StackTable } from '../../stacks/profile.ts';
import { buildFrames, buildStacks, type FrameBuilder } from '../../stacks/table.ts';
import { NO_NAME, type Symbolizer } from '../../stacks/symbols/symbolizer.ts';
import type { Chains } from './chains.ts';
import { GUEST_KERNEL_DSO, GUEST_USER_DSO, HYPERVISOR_DSO, KERNEL_DSO, UNMAPPED_DSO, type Dso } from './dsos.ts';

const jitted = /\/jitted-\d+-\d+\.so$/;

interface Place {
  readonly dso: number;
  readonly about: Dso;
  /** Signed: the kernel's addresses are negative. */
  readonly address: number;
}

/** The unsigned address, as near as a number can say it. */
const unsigned = (address: number): number => (address < 0 ? address + 2 ** 64 : address);

const addFrame = (frames: FrameBuilder, symbols: Symbolizer, { dso, about, address }: Place): number => {
  const flag = (name: string | undefined): number => (name === undefined || name === NO_NAME ? UNKNOWN : 0);
  const add = (name: string | undefined, where: string, flags: number): number =>
    frames.frame(name ?? NO_NAME, where, flags | flag(name), unsigned(address));
  if (dso === KERNEL_DSO) {
    const { name, dso: where } = symbols.kernel(address);
    return add(name, where, KERNEL);
  }
  if (dso === UNMAPPED_DSO) return add(undefined, NO_NAME, 0);
  if (dso === GUEST_KERNEL_DSO) return add(undefined, about.name, KERNEL);
  if (dso === HYPERVISOR_DSO || dso === GUEST_USER_DSO) return add(undefined, about.name, 0);
  if (about.jitPid !== undefined) return add(symbols.jit(about.jitPid, address), about.name, JIT);
  return add(symbols.user(about, address), about.name, jitted.test(about.name) ? JIT : 0);
};

/** The stacks of a capture by name: frames, and for each stack of addresses the stack of frames it became. */
export interface NamedStacks {
  readonly frames: ReturnType<FrameBuilder['table']>;
  readonly stacks: StackTable;
  readonly moved: Uint32Array;
}

/** Names every address once, file by file, and merges stacks that have the same names. */
export const nameStacks = (
  { addresses, stacks: raw }: Chains,
  dsos: readonly Dso[],
  symbols: Symbolizer,
  { addresses: keep = false }: { readonly addresses?: boolean },
): NamedStacks => {
  const frames = buildFrames({ addresses: keep });
  const frameOf = new Uint32Array(addresses.size);
  for (let i = 0; i < addresses.size; i++) {
    const dso = addresses.dso[i] ?? UNMAPPED_DSO;
    const address = ((addresses.high[i] ?? 0) | 0) * 0x1_0000_0000 + (addresses.low[i] ?? 0);
    frameOf[i] = addFrame(frames, symbols, { dso, about: dsos[dso] ?? { name: NO_NAME, buildId: '' }, address });
  }
  const stacks = buildStacks(raw.size);
  const moved = new Uint32Array(raw.size);
  const { a: parents, b: addressesOf } = raw;
  // Parents come before their children.
  for (let i = 0; i < raw.size; i++) {
    const parent = parents[i] ?? ROOT;
    moved[i] = stacks.push(parent === ROOT ? ROOT : (moved[parent] ?? ROOT), frameOf[addressesOf[i] ?? 0] ?? 0);
  }
  return { frames: frames.table(), stacks: stacks.table(), moved };
};
