import type { Table } from '../../columns/column.ts';
import type { Lost } from '../../stacks/profile.ts';
import type { KernelFacts } from '../../stacks/symbols/symbolizer.ts';
import type { NamedStacks, Places } from '../../stacks/addresses/address-stacks.ts';
import type { End } from './blocks.ts';
import type { Dso } from '../../stacks/addresses/dsos.ts';
import type { Header } from './header.ts';
import type { KernelMaps } from './kernel-maps.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

/** The result of a walk over a file's records. */
interface Found {
  readonly session: Session;
  /** The addresses in samples' stacks. */
  readonly places: Places;
  /** Merges stacks of addresses with equal names; `frameOf` is the frame of each place. Call it once. */
  readonly name: (frameOf: Uint32Array) => NamedStacks;
  /** The samples; `moved` gives each stack its final number. Call it once, after `name`. */
  readonly table: (moved: Uint32Array) => Table;
  readonly lost: Lost;
  /** Records of each type, by number; types that are not read are counted too. */
  readonly counts: ReadonlyMap<number, number>;
  /** The last name that a record gave a thread; undefined if none did. */
  readonly threadName: (tid: number) => string | undefined;
  /** Samples of each event, by its number. */
  readonly samplesOf: readonly number[];
  /** Records that are too short for their fields. */
  readonly damaged: number;
  readonly overflow: boolean;
  readonly end: End;
  /** The time of the first sample in seconds. */
  readonly start: number;
}

/** The contents of a file before its addresses are named. */
export interface Capture extends Found {
  readonly header: Header;
  readonly dsos: readonly Dso[];
  readonly kernel: KernelFacts;
  /** Whether an event copied user stacks instead of walking them. */
  readonly copied: boolean;
  /** Whether an event recorded callers. */
  readonly callers: boolean;
  readonly maxDepth: number | undefined;
}

/** Build-ids that perf looked up after recording, by file name; that of the kernel is at '[kernel.kallsyms]'. */
const buildIdsIn = ({ buildIds }: Session): ((filename: string) => string) => {
  const byName = new Map(buildIds.map(({ filename, buildId }) => [filename, buildId]));
  // Old perf appends its reference symbol to the name: '[kernel.kallsyms]_text'.
  const kernel = buildIds.find(({ filename }) => filename.startsWith('[kernel.kallsyms]'))?.buildId;
  if (kernel !== undefined) byName.set('[kernel.kallsyms]', kernel);
  return (filename) => byName.get(filename) ?? '';
};

/** Adds facts from the header and the session after all records were walked. */
export const captured = (
  found: Found,
  { shapes, dsos, kernel }: { readonly shapes: Shapes; readonly dsos: readonly Dso[]; readonly kernel: KernelMaps },
): Capture => {
  const { session } = found;
  const shaped = session.events.map((_, event) => shapes.shape(event)).filter((shape) => shape !== undefined);
  const buildIdOf = buildIdsIn(session);
  const depth = session.events[0]?.attr.sampleMaxStack;
  return {
    ...found,
    header: session.header,
    dsos: dsos.map((dso) => (dso.buildId === '' ? { ...dso, buildId: buildIdOf(dso.name) } : dso)),
    kernel: kernel.facts(buildIdOf),
    copied: shaped.some(({ copied }) => copied),
    callers: shaped.some(({ callchain }) => callchain),
    maxDepth: depth === 0 ? 127 : depth,
  };
};
