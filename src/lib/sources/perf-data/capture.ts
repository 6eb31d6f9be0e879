import type { Bytes } from '../../stacks/bytes.ts';
import type { Lost, ReadOptions } from '../../stacks/profile.ts';
import type { KernelFacts } from '../../stacks/symbols/symbolizer.ts';
import { newEnd, type End } from './blocks.ts';
import { internChains, type Chains } from './chains.ts';
import { internDsos, type Dso, type Dsos } from './dsos.ts';
import { readEvent, type Event } from './events.ts';
import { RECORD } from './format.ts';
import { readHeader, type Header } from './header.ts';
import { kernelMaps, type KernelMaps } from './kernel-maps.ts';
import { readMmap } from './mmap.ts';
import { clockOf, timeReader, walkInOrder } from './in-order.ts';
import type { Deliver } from './order.ts';
import { growRows, type Rows } from './rows.ts';
import { sampleReader, type SampleReader } from './sample-rows.ts';
import { startSession, type Session } from './session.ts';
import { eventShapes } from './shapes.ts';
import { processes, type Processes } from './spaces.ts';
import { takeComm, takeFork } from './tasks.ts';

/** What a file holds before its addresses are named. */
export interface Capture {
  readonly header: Header;
  readonly session: Session;
  readonly rows: Rows;
  readonly chains: Chains;
  readonly dsos: readonly Dso[];
  readonly kernel: KernelFacts;
  readonly lost: Lost;
  /** Records of each type, by number: what is not read is counted. */
  readonly counts: ReadonlyMap<number, number>;
  /** Samples of each event, by its number. */
  readonly samplesOf: readonly number[];
  /** Records that are too short for what they say. */
  readonly damaged: number;
  readonly overflow: boolean;
  /** Some event copied user stacks instead of walking them. */
  readonly copied: boolean;
  readonly end: End;
  /** The time of the first sample in seconds. */
  readonly start: number;
  readonly maxDepth: number | undefined;
}

interface State {
  readonly session: Session;
  readonly little: boolean;
  readonly procs: Processes;
  readonly rows: Rows;
  readonly samples: SampleReader;
  readonly dsos: Dsos;
  readonly kernel: KernelMaps;
  readonly lost: { records: number; samples: number };
  damaged: number;
}

/** Takes a mapping; false when its record is too short. */
const takeMmap = ({ little, kernel, procs, dsos }: State, view: DataView, at: number): boolean => {
  const facts = readMmap(view, at, little);
  if (facts === undefined) return false;
  if (facts.pid === -1) kernel.map(facts);
  else procs.map(facts.pid, { start: facts.start, end: facts.start + facts.length, ...dsos.of(facts) });
  return true;
};

/** Records that come rarely are decoded whole. */
const takeRare = ({ kernel, lost }: State, { number, fields, cut }: Event): boolean => {
  if (cut === true) return false;
  if (number === RECORD.KSYMBOL) {
    const address = Number(BigInt.asIntN(64, BigInt(fields['address'] as number | string)));
    if ((Number(fields['flags']) & 1) === 0) kernel.symbol(address, Number(fields['length']), String(fields['name']));
    return true;
  }
  lost.records++;
  lost.samples += Number(fields['lost']);
  return true;
};

/** Takes one record, in order of time; false when it is too short for what it says. */
const takeRecord = (state: State, view: DataView, at: number, time: number): boolean => {
  const { little, procs, rows } = state;
  const type = view.getUint32(at, little);
  if (type === RECORD.SAMPLE) return state.samples.read(view, at, time);
  if (type === RECORD.MMAP || type === RECORD.MMAP2) return takeMmap(state, view, at);
  if (type === RECORD.COMM) return takeComm(view, at, little, procs, rows);
  if (type === RECORD.FORK) return takeFork(view, at, little, procs);
  if (type !== RECORD.LOST && type !== RECORD.LOST_SAMPLES && type !== RECORD.KSYMBOL) return true;
  return takeRare(state, readEvent(state.session, view, at));
};

const taker =
  (state: State): Deliver =>
  (view, at, time) => {
    if (!takeRecord(state, view, at, time)) state.damaged++;
  };

const kernelBuildId = ({ buildIds }: Session): string =>
  buildIds.find(({ filename }) => filename.startsWith('[kernel.kallsyms]'))?.buildId ?? '';

/** The build-ids that perf looked up after recording, for mappings that do not carry their own. */
const withBuildIds = (dsos: readonly Dso[], { buildIds }: Session): Dso[] => {
  const byName = new Map(buildIds.map(({ filename, buildId }) => [filename, buildId]));
  return dsos.map((dso) => (dso.buildId === '' ? { ...dso, buildId: byName.get(dso.name) ?? '' } : dso));
};

/** Reads what a file holds, in order of time. Throws FridayError('input') when it is no perf.data. */
export const capture = async (bytes: Bytes, { onProgress }: Pick<ReadOptions, 'onProgress'> = {}): Promise<Capture> => {
  const header = readHeader(bytes);
  const { little } = header;
  const session = startSession(header);
  const shapes = eventShapes(session);
  const chains = internChains(little);
  const dsos = internDsos();
  const kernel = kernelMaps();
  const end = newEnd();
  const times = clockOf(little);
  const procs = processes();
  const rows = growRows();
  const samples = sampleReader({ session, shapes, chains, procs, rows });
  const lost = { records: 0, samples: 0 };
  const state: State = { session, little, procs, rows, samples, dsos, kernel, lost, damaged: 0 };
  const timeAt = timeReader(shapes, times, little);
  const { counts, overflow } = await walkInOrder({ bytes, session, end, timeAt, deliver: taker(state), onProgress });
  const depth = session.events[0]?.attr.sampleMaxStack;
  return {
    header,
    session,
    rows,
    chains,
    dsos: withBuildIds(dsos.list, session),
    kernel: kernel.facts(kernelBuildId(session)),
    lost,
    counts,
    samplesOf: samples.counts,
    damaged: state.damaged,
    overflow,
    copied: session.events.some((_, event) => shapes.shape(event)?.copied === true),
    end,
    start: (times.base() + samples.first()) / 1e9,
    maxDepth: depth === 0 ? 127 : depth,
  };
};
