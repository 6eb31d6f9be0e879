import type { Table } from '../../columns/column.ts';
import type { Lost } from '../../stacks/profile.ts';
import type { KernelFacts } from '../../stacks/symbols/symbolizer.ts';
import type { NamedStacks, Places } from './address-stacks.ts';
import type { End } from './blocks.ts';
import type { Dso } from './dsos.ts';
import type { Header } from './header.ts';
import type { KernelMaps } from './kernel-maps.ts';
import type { Session } from './session.ts';
import type { Shapes } from './shapes.ts';

/** What a walk over a file's records found. */
interface Found {
  readonly session: Session;
  /** The addresses that samples point into. */
  readonly places: Places;
  /** Merges stacks of addresses that have the same names; `frameOf` is the frame of each place. Call once. */
  readonly name: (frameOf: Uint32Array) => NamedStacks;
  /** The samples; `moved` gives each stack its final number. Call once, after `name`. */
  readonly table: (moved: Uint32Array) => Table;
  readonly lost: Lost;
  /** Records of each type, by number: what is not read is counted. */
  readonly counts: ReadonlyMap<number, number>;
  /** The last name that a record gave a thread; undefined where none did. */
  readonly threadName: (tid: number) => string | undefined;
  /** Samples of each event, by its number. */
  readonly samplesOf: readonly number[];
  /** Records that are too short for what they say. */
  readonly damaged: number;
  readonly overflow: boolean;
  readonly end: End;
  /** The time of the first sample in seconds. */
  readonly start: number;
}

/** What a file holds before its addresses are named. */
export interface Capture extends Found {
  readonly header: Header;
  readonly dsos: readonly Dso[];
  readonly kernel: KernelFacts;
  /** Some event copied user stacks instead of walking them. */
  readonly copied: boolean;
  /** Some event recorded callers. */
  readonly callers: boolean;
  readonly maxDepth: number | undefined;
}

/** The build-ids that perf looked up after recording, by file name; the kernel's is that of '[kernel.kallsyms]'. */
const buildIdsIn = ({ buildIds }: Session): ((filename: string) => string) => {
  const byName = new Map(buildIds.map(({ filename, buildId }) => [filename, buildId]));
  // Old perf writes its reference symbol behind the name: '[kernel.kallsyms]_text'.
  const kernel = buildIds.find(({ filename }) => filename.startsWith('[kernel.kallsyms]'))?.buildId;
  if (kernel !== undefined) byName.set('[kernel.kallsyms]', kernel);
  return (filename) => byName.get(filename) ?? '';
};

/** Adds what the header and the session say once all records were walked. */
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
