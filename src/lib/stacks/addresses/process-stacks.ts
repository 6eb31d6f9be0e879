import { ROOT, type FrameTable } from '../profile.ts';
import type { Wanted } from '../symbols/collect.ts';
import { folderSymbols } from '../symbols/folder.ts';

import type { SymbolSource } from '../symbols/source.ts';
import { symbolizer } from '../symbols/symbolizer.ts';
import { internAddressStacks, nameNodes, parentsOf, placesOf, type NamedStacks } from './address-stacks.ts';
import { internDsos, KERNEL_DSO, UNMAPPED_DSO } from './dsos.ts';
import { namePlaces } from './frames.ts';
import { moduleAreas } from './module-areas.ts';
import { findMapping, withMapping, type Mappings } from './mappings.ts';
import { procMapsReader } from './proc-maps.ts';
import { toldNames } from './told-names.ts';
import { wantedBy } from './wanted.ts';

/** The upper and the lower 32 bits of an address. */
export type Address = readonly [high: number, low: number];

/** Stacks of addresses of many processes, whose mappings are known from /proc/PID/maps. Build them outermost first. */
export interface ProcessStacks {
  /** The stack of a user frame called from `parent` (ROOT: outermost). */
  user(parent: number, pid: number, address: Address): number;
  /** The same of a kernel frame; `told` is the name that the tool gave it, '' if none. */
  kernel(parent: number, address: Address, told?: string): number;
  /** Processes whose mappings are not known though they have user frames. */
  readonly unmapped: ReadonlySet<number>;
  /** What symbolizing needs, with some processes that map each binary. */
  wanted(): Wanted;
  /** Merges stacks of addresses with equal names. Call it once. */
  name(): NamedStacks & { readonly frames: FrameTable; readonly missing: readonly string[] };
}

/** `maps`: the text of /proc/PID/maps by pid; `symbols`: a folder of symbols, without which user frames have no name. */
export interface StackContext {
  readonly maps: ReadonlyMap<number, string>;
  readonly symbols?: string | undefined;
}

const noSource: SymbolSource = { elf: () => undefined, kernel: () => undefined, perfMap: () => undefined };

/** The mappings of each process, read at its first frame. */
const spacesOf = (maps: ReadonlyMap<number, string>, dsos: ReturnType<typeof internDsos>) => {
  const read = procMapsReader();
  const spaces = new Map<number, Mappings | undefined>();
  const mappers = new Map<number, Set<number>>();
  const load = (pid: number): Mappings | undefined => {
    let space: Mappings | undefined;
    for (const facts of read(pid, maps.get(pid) ?? '')) {
      const { dso, delta } = dsos.of(facts);
      space = withMapping(space, { start: facts.start, end: facts.start + facts.length, delta, dso });
      mappers.set(dso, (mappers.get(dso) ?? new Set()).add(pid));
    }
    return space;
  };
  return {
    mappers,
    of(pid: number): Mappings | undefined {
      const known = spaces.get(pid);
      if (known !== undefined || spaces.has(pid)) return known;
      const space = load(pid);
      spaces.set(pid, space);
      return space;
    },
  };
};

const signed = ([high, low]: Address): number => (high | 0) * 0x1_0000_0000 + low;

/** Names of missing binaries, each once. Memory without a file does not count. */
const missingNames = (missing: readonly { readonly name: string }[]): string[] =>
  [...new Set(missing.map(({ name }) => name))].filter((name) => name.startsWith('/') || /^\[(vdso|kernel)/.test(name));

const TOLD = /^(.*?)(?:\+(?:0x[0-9a-f]+|\d+))?(?: (\[[^\]]+\]))?$/s;

export const processStacks = ({ maps, symbols: folder }: StackContext): ProcessStacks => {
  const dsos = internDsos();
  const stacks = internAddressStacks();
  const spaces = spacesOf(maps, dsos);
  const told = toldNames();
  const unmapped = new Set<number>();
  return {
    unmapped,
    user(parent, pid, [high, low]) {
      if (!maps.has(pid)) unmapped.add(pid);
      const address = high * 0x1_0000_0000 + low;
      const mapping = findMapping(spaces.of(pid), address);
      if (mapping === undefined) return stacks.of(parent, UNMAPPED_DSO, high, low);
      const offset = address + mapping.delta;
      return stacks.of(parent, mapping.dso, Math.floor(offset / 0x1_0000_0000) >>> 0, offset >>> 0);
    },
    kernel(parent, address, name = '') {
      const [, symbol = '', dso = '[kernel.kallsyms]'] = TOLD.exec(name) ?? [];
      if (symbol !== '') told.add(signed(address), symbol, dso);
      return stacks.of(parent, KERNEL_DSO, address[0], address[1]);
    },
    wanted() {
      const mappers = new Map([...spaces.mappers].map(([dso, pids]) => [dsos.list[dso]?.name ?? '', [...pids]]));
      return wantedBy(placesOf(stacks), dsos.list, '', ({ name }) => mappers.get(name) ?? []);
    },
    name() {
      const source = folder === undefined ? noSource : folderSymbols(folder);
      const areas = moduleAreas(source.kernel('')?.modules);
      const symbols = told.behind(symbolizer(source, { buildId: '', areas }));
      const places = placesOf(stacks);
      const { frames, frameOf } = namePlaces(places, dsos.list, symbols, {});
      const named = nameNodes(parentsOf(stacks), places.ofNode, frameOf);
      return { ...named, frames, missing: missingNames(symbols.missing) };
    },
  };
};

/** The number of a stack by name; ROOT stays ROOT. */
export const movedTo = ({ moved }: Pick<NamedStacks, 'moved'>, stack: number): number =>
  stack === ROOT ? ROOT : (moved[stack] ?? ROOT);
