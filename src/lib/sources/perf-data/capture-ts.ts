import type { Bytes } from '../../bytes/bytes.ts';
import type { ReadOptions } from '../../stacks/profile.ts';
import { nameNodes, parentsOf, placesOf } from '../../stacks/addresses/address-stacks.ts';
import { newEnd } from './blocks.ts';
import { captured, type Capture } from './captured.ts';
import { internChains } from './chains.ts';
import { internDsos, type Dsos } from '../../stacks/addresses/dsos.ts';
import { readEvent } from './events.ts';
import { RECORD } from './format.ts';
import { readHeader } from './header.ts';
import { kernelMaps, type KernelMaps } from './kernel-maps.ts';
import { readMmap } from './mmap.ts';
import { clockOf, timeReader, walkInOrder } from './in-order.ts';
import type { Deliver } from './order.ts';
import { takeRare } from './rare.ts';
import { growRows, type Rows } from './rows.ts';
import { sampleReader, type SampleReader } from './sample-rows.ts';
import { startSession, type Session } from './session.ts';
import { eventShapes } from './shapes.ts';
import { processes, type Processes } from './spaces.ts';
import { takeComm, takeFork } from './tasks.ts';

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

/** Handles a mapping record; false if it is too short. */
const takeMmap = ({ little, kernel, procs, dsos }: State, view: DataView, at: number): boolean => {
  const facts = readMmap(view, at, little);
  if (facts === undefined) return false;
  if (facts.pid === -1) kernel.map(facts);
  else procs.map(facts.pid, { start: facts.start, end: facts.start + facts.length, ...dsos.of(facts) });
  return true;
};

/** Handles one record, in order of time; false if it is too short for its fields. */
const takeRecord = (state: State, view: DataView, at: number, time: number): boolean => {
  const { little, procs, rows } = state;
  const type = view.getUint32(at, little);
  if (type === RECORD.SAMPLE) return state.samples.read(view, at, time);
  if (type === RECORD.MMAP || type === RECORD.MMAP2) return takeMmap(state, view, at);
  if (type === RECORD.COMM) return takeComm(view, at, little, procs, rows);
  if (type === RECORD.FORK) return takeFork(view, at, little, procs);
  if (type !== RECORD.LOST && type !== RECORD.LOST_SAMPLES && type !== RECORD.KSYMBOL) return true;
  return takeRare(readEvent(state.session, view, at), state);
};

const taker =
  (state: State): Deliver =>
  (view, at, time) => {
    if (!takeRecord(state, view, at, time)) state.damaged++;
  };

/**
 * Reads any perf.data record by record, in order of time: also big-endian files, counter values in samples and copied
 * stacks. Throws FridayError('input') if it is not perf.data.
 */
export const captureTs = async (
  bytes: Bytes,
  { onProgress }: Pick<ReadOptions, 'onProgress'> = {},
): Promise<Capture> => {
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
  const { ofNode, ...places } = placesOf(chains.stacks);
  return captured(
    {
      session,
      places,
      name: (frameOf) => nameNodes(parentsOf(chains.stacks), ofNode, frameOf),
      // In a pipe, an event's name may come after its first samples.
      table: (moved) => rows.table(moved, (event) => session.name(Number(event))),
      lost,
      counts,
      threadName: (tid) => rows.commName(procs.commOf(tid)),
      samplesOf: session.events.map((_, event) => samples.counts[event] ?? 0),
      damaged: state.damaged,
      overflow,
      end,
      start: (times.base() + samples.first()) / 1e9,
    },
    { shapes, dsos: dsos.list, kernel },
  );
};
