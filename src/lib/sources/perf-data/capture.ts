import type { Bytes } from '../../stacks/bytes.ts';
import type { Lost, ReadOptions } from '../../stacks/profile.ts';
import type { SampleBuilder } from '../../stacks/samples.ts';
import type { KernelFacts } from '../../stacks/symbols/symbolizer.ts';
import { blocks, newEnd, recordSize, type End } from './blocks.ts';
import { internChains, type Chains } from './chains.ts';
import { internDsos, type Dso } from './dsos.ts';
import { readEvent, type Event } from './events.ts';
import { MISC_COMM_EXEC, MISC_FORK_EXEC, RECORD } from './format.ts';
import { readHeader, type Header } from './header.ts';
import { kernelMaps } from './kernel-maps.ts';
import { readMmap } from './mmap.ts';
import { timeOrder, type TimeOrder } from './order.ts';
import { eventShapes } from './shapes.ts';
import { sampleReader } from './sample-rows.ts';
import { startSession, type Session } from './session.ts';
import { processes, type Processes } from './spaces.ts';

/** What a file holds before its addresses are named. */
export interface Capture {
  readonly header: Header;
  readonly session: Session;
  readonly samples: SampleBuilder;
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
  readonly end: End;
  /** The time of the first sample in seconds. */
  readonly start: number;
  readonly maxDepth: number | undefined;
}

interface State {
  readonly session: Session;
  readonly procs: Processes;
  readonly samples: SampleBuilder;
  readonly lost: { records: number; samples: number };
  damaged: number;
}

const number = (value: unknown): number => Number(value);

/** COMM, FORK, LOST ...: everything that is neither a sample nor a mapping, and rare. */
const others = ({ procs, samples, lost }: State): Readonly<Record<number, (event: Event) => void>> => ({
  [RECORD.COMM]({ fields, misc }) {
    procs.comm(number(fields['tid']), samples.comm(String(fields['comm'])));
    if ((misc & MISC_COMM_EXEC) !== 0) procs.exec(number(fields['pid']));
  },
  [RECORD.FORK]({ fields, misc }) {
    procs.fork(
      { pid: number(fields['pid']), tid: number(fields['tid']) },
      { pid: number(fields['parent']), tid: number(fields['parentTid']) },
      (misc & MISC_FORK_EXEC) !== 0,
    );
  },
  [RECORD.LOST]({ fields }) {
    lost.records++;
    lost.samples += number(fields['lost']);
  },
  [RECORD.LOST_SAMPLES]({ fields }) {
    lost.records++;
    lost.samples += number(fields['lost']);
  },
});

/** The kernel's and the user binaries' build-ids that perf looked up after recording. */
const kernelBuildId = ({ buildIds }: Session): string =>
  buildIds.find(({ filename }) => /^\[kernel\.kallsyms\]/.test(filename))?.buildId ?? '';

const withBuildIds = (dsos: readonly Dso[], { buildIds }: Session): Dso[] => {
  const byName = new Map(buildIds.map(({ filename, buildId }) => [filename, buildId]));
  return dsos.map((dso) => (dso.buildId === '' ? { ...dso, buildId: byName.get(dso.name) ?? '' } : dso));
};

/** Time is counted from the first record that has one: ns since boot does not fit into a number for ever. */
const clock = (little: boolean) => {
  let base: { readonly high: number; readonly low: number } | undefined;
  return {
    /** ns since the first time seen, NaN for 0 and -1, which stand for none. */
    at(view: DataView, at: number): number {
      const high = view.getUint32(at + (little ? 4 : 0), little);
      const low = view.getUint32(at + (little ? 0 : 4), little);
      if ((high === 0 && low === 0) || (high === 0xffff_ffff && low === 0xffff_ffff)) return NaN;
      base ??= { high, low };
      return (high - base.high) * 0x1_0000_0000 + (low - base.low);
    },
    base: (): number => (base === undefined ? 0 : base.high * 0x1_0000_0000 + base.low),
  };
};

/** Reads what a file holds, in order of time. Throws FridayError('input') when it is no perf.data. */
export const capture = async (bytes: Bytes, samples: SampleBuilder, { onProgress }: ReadOptions): Promise<Capture> => {
  const header = readHeader(bytes);
  const { little } = header;
  const session = startSession(header);
  const shapes = eventShapes(session);
  const chains = internChains(little);
  const dsos = internDsos();
  const kernel = kernelMaps();
  const end = newEnd();
  const times = clock(little);
  const counts = new Map<number, number>();
  const state: State = { session, procs: processes(), samples, lost: { records: 0, samples: 0 }, damaged: 0 };
  const rows = sampleReader({ session, shapes, chains, procs: state.procs, samples });
  const rare = others(state);

  const deliver = (view: DataView, at: number, time: number): void => {
    const type = view.getUint32(at, little);
    if (type === RECORD.SAMPLE) {
      if (!rows.read(view, at, time)) state.damaged++;
      return;
    }
    if (type === RECORD.MMAP || type === RECORD.MMAP2) {
      const facts = readMmap(view, at, little);
      if (facts === undefined) state.damaged++;
      else if (facts.pid === -1) kernel.map(facts);
      else state.procs.map(facts.pid, { start: facts.start, end: facts.start + facts.length, ...dsos.of(facts) });
      return;
    }
    if (type === RECORD.KSYMBOL) {
      const { fields, cut } = readEvent(session, view, at);
      if (cut === undefined)
        kernel.symbol(
          Number(BigInt.asIntN(64, BigInt(fields['address'] as number | string))),
          number(fields['length']),
          String(fields['name']),
          (number(fields['flags']) & 1) !== 0,
        );
      return;
    }
    const take = rare[type];
    if (take === undefined) return;
    const event = readEvent(session, view, at);
    if (event.cut) state.damaged++;
    else take(event);
  };

  const order = timeOrder(deliver);
  const timeAt = (view: DataView, at: number, type: number): number => {
    const stop = at + view.getUint16(at + 6, little);
    const shape = shapes.shape(shapes.event(view, at, stop));
    if (shape === undefined) return NaN;
    const place = type === RECORD.SAMPLE ? at + shape.layout.time : stop - shape.timeFromEnd;
    const has = type === RECORD.SAMPLE ? shape.layout.time >= 0 : shape.timeFromEnd >= 0;
    return has && place >= at + 8 && place + 8 <= stop ? times.at(view, place) : NaN;
  };
  await walk({ bytes, header, session, end, order, counts, timeAt, deliver, onProgress });
  order.end();
  return {
    header,
    session,
    samples,
    chains,
    dsos: withBuildIds(dsos.list, session),
    kernel: kernel.facts(kernelBuildId(session)),
    lost: state.lost,
    counts,
    samplesOf: rows.counts,
    damaged: state.damaged,
    overflow: order.overflow,
    end,
    start: (times.base() + rows.first()) / 1e9,
    maxDepth: session.events[0]?.attr.sampleMaxStack === 0 ? 127 : session.events[0]?.attr.sampleMaxStack,
  };
};

interface WalkState {
  readonly bytes: Bytes;
  readonly header: Header;
  readonly session: Session;
  readonly end: End;
  readonly order: TimeOrder;
  readonly counts: Map<number, number>;
  readonly timeAt: (view: DataView, at: number, type: number) => number;
  readonly deliver: (view: DataView, at: number, time: number) => void;
  readonly onProgress: ((bytes: number) => void) | undefined;
}

/** Without times in all records there is no order to make: perf falls back to the order of the file, too. */
const ordered = ({ events }: Session): boolean => events[0]?.attr.flags.has('sample_id_all') ?? false;

const walk = async (state: WalkState): Promise<void> => {
  const { header, session, end, order, counts, timeAt, deliver } = state;
  const { little } = header;
  const byType = new Uint32Array(256);
  for await (const block of blocks(state.bytes, header, end)) {
    const { view, to } = block;
    const inOrder = ordered(session);
    for (let at = block.from; at < to; at += recordSize(view, at, little)) {
      const type = view.getUint32(at, little);
      byType[type & 255] = (byType[type & 255] ?? 0) + 1;
      if (type >= RECORD.HEADER_ATTR) {
        if (type === RECORD.FINISHED_ROUND) order.round();
        else session.learn(view, at);
        continue;
      }
      const time = timeAt(view, at, type);
      if (time === time && (inOrder || ordered(session))) order.push(block, at, time);
      else deliver(view, at, time);
    }
    order.sealed(block);
    state.onProgress?.(end.bytes);
  }
  byType.forEach((count, type) => count > 0 && counts.set(type, count));
};
