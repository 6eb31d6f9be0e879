import type { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import type { Manifest, OverheadFact } from '../lib/recording/format.ts';
import type { RecordedWarning } from '../lib/recording/warning.ts';
import { readClocks } from '../lib/supervisor/clock.ts';
import type { Transport } from '../lib/transport/transport.ts';
import type { Begun, RunOptions } from './begin.ts';
import { causeOf, clauseOf } from './cause.ts';
import { SYMBOL_SECONDS } from './limits.ts';
import type { EndFrame } from './sampler/frames.ts';
import { keepSymbols, type SymbolCost } from './symbols.ts';

/** Seconds in which symbols may be fetched after a capture that the user stopped and waits for. */
const SYMBOLS_OF_STOPPED = 15;

/** State of one running recording. */
export interface State {
  began: number;
  readonly warnings: RecordedWarning[];
  why: string | undefined;
  /** The window has ended with the caller's own programs. */
  over: boolean;
  samples: number;
  bytes: number;
  end: EndFrame | undefined;
}

const since = (moment: number): number => (performance.now() - moment) / 1000;
/** Seconds since the recording began. */
export const elapsed = ({ began }: State): number => since(began);

/** What the capture has cost so far, its programs included. */
export const overheadOf = (state: State, { supervised, programs }: Begun): OverheadFact => {
  const { cpu, memory } = supervised.cost();
  const { end, bytes } = state;
  const beside = programs.cost();
  return {
    cpu: Math.max(cpu, end?.cpu ?? 0) + beside.cpu,
    memory: Math.max(memory, end?.memory ?? 0) + beside.memory,
    bytes: bytes + beside.bytes,
    wall: elapsed(state),
  };
};

/** The cost with that of the symbols; they are fetched when the capture is over, so the peaks do not add up. */
const withCosts = (overhead: OverheadFact, costs: readonly SymbolCost[]): OverheadFact => ({
  ...overhead,
  cpu: costs.reduce((sum, { cpu }) => sum + cpu, overhead.cpu),
  memory: Math.max(overhead.memory, ...costs.map(({ memory }) => memory)),
  bytes: costs.reduce((sum, { bytes }) => sum + bytes, overhead.bytes),
});

/** A recording whose sampler has ended. */
interface Ending {
  readonly state: State;
  readonly begun: Begun;
  /** The error that stopped it early. */
  readonly failure: FridayError | undefined;
  readonly options: Omit<RunOptions, 'signal'>;
}

/** Closes the recording: last clock pair, cost, and why it was cut, if so. What was recorded always stays. */
export const finish = async (transport: Transport, { state, begun, failure, options }: Ending): Promise<Manifest> => {
  const { writer, supervised, programs, hasPerl } = begun;
  const ended = await supervised.done;
  const ran = since(begun.ordered);
  const wall = elapsed(state); // the last output of programs comes after the window
  await programs.finish();
  const overhead = { ...overheadOf(state, begun), wall };
  writer.update({ overhead });
  if (ended.why !== 'lost' && failure === undefined) {
    const clock = await readClocks(transport, hasPerl).catch(() => undefined);
    if (clock) writer.update({ clock });
    const seconds = state.why === undefined ? SYMBOL_SECONDS : SYMBOLS_OF_STOPPED;
    const costs = await keepSymbols(transport, writer, options, seconds);
    writer.update({ overhead: withCosts(overhead, costs) });
  }
  const said = printable(ended.stderr.trim(), 1000);
  if (said !== '') writer.warn({ code: 'sampler-printed', printed: said });
  if (failure) state.why ??= clauseOf(failure);
  const isOver = state.over && state.why === undefined && (ended.why === 'stopped' || ended.why === 'ended');
  if (isOver) writer.update({ seconds: Math.min(wall, options.order.seconds) });
  const reason = isOver ? undefined : causeOf(ended, { told: state.why, ran, of: options.order.seconds });
  const status = reason === undefined ? 'complete' : 'cut';
  try {
    await writer.close(status, reason);
  } catch (error) {
    // Full disk: the folder stays as last written, and is read as cut.
    return { ...writer.manifest, status: 'cut', reason: reason ?? clauseOf(error) };
  }
  return writer.manifest;
};
