import { bytesOfStream, type Bytes } from '../../bytes/bytes.ts';
import type { ByteSource } from '../../bytes/peek.ts';
import { isValid, type Table } from '../../columns/column.ts';
import { ROOT, type Profile } from '../../stacks/profile.ts';
import { ascends, stableOrder } from '../../stacks/symbols/stable-order.ts';
import type { CaptureContext } from '../capture-context.ts';
import type { OffCpu } from '../formats/off-cpu-rows.ts';
import { numbers } from '../formats/numbers.ts';
import { noOffCpu, offCpuOf } from '../formats/switches-off-cpu.ts';
import { readPerfData } from './profile.ts';
import type { Tracepoints } from './trace-plan.ts';
import { readTracepoints } from './tracepoints.ts';

const tableOf = ({ events }: Tracepoints, event: string): Table | undefined =>
  events.find((each) => each.event === event)?.table;

/** The rows of a profile's samples of one event, in order of time. */
const rowsOfEvent = ({ samples }: Profile, event: string): Uint32Array => {
  const { event: events, t } = samples.data;
  if (events?.kind !== 'text' || t?.kind !== 'number') return new Uint32Array(0);
  const code = events.names.indexOf(event);
  const rows = new Uint32Array(samples.size);
  const times = new Float64Array(samples.size);
  let size = 0;
  for (let row = 0; row < samples.size; row++) {
    if (events.codes[row] !== code) continue;
    times[size] = t.values[row] ?? 0;
    rows[size++] = row;
  }
  return ascends(times, size)
    ? rows.subarray(0, size)
    : Uint32Array.from(stableOrder(times, size), (at) => rows[at] ?? 0);
};

const SWITCH = 'sched:sched_switch';

/**
 * The stack of each switch. Both readers give the samples of an event in order of time; a switch whose sample differs
 * in its CPU or thread has no stack.
 */
const stacksOf = (profile: Profile, switches: Table): { readonly stacks: Uint32Array; readonly unmatched: number } => {
  const rows = rowsOfEvent(profile, SWITCH);
  const { stack } = profile.samples.data;
  const [cpu, tid] = [numbers(profile.samples, 'cpu'), numbers(profile.samples, 'tid')];
  const [switchCpu, switchTid] = [numbers(switches, 'cpu'), numbers(switches, 'tid')];
  const stacks = new Uint32Array(switches.size).fill(ROOT);
  let unmatched = 0;
  for (let i = 0; i < switches.size; i++) {
    const row = rows[i] ?? -1;
    if (row < 0 || cpu[row] !== switchCpu[i] || tid[row] !== switchTid[i]) unmatched++;
    else if (stack?.kind === 'number' && isValid(stack.valid, row)) stacks[i] = stack.values[row] ?? ROOT;
  }
  return { stacks, unmatched };
};

const readBytes = async (bytes: Bytes, { start, symbols }: CaptureContext): Promise<OffCpu> => {
  const traced = await readTracepoints(bytes);
  const switches = tableOf(traced, SWITCH);
  if (switches === undefined) return noOffCpu(traced.lost, traced.warnings);
  const profile = await readPerfData(bytes, symbols === undefined ? {} : { symbols, ownFiles: false });
  const { stacks, unmatched } = stacksOf(profile, switches);
  const said = `${unmatched} switches have no stack: their samples could not be found again`;
  return offCpuOf({
    switches,
    wakings: tableOf(traced, 'sched:sched_waking'),
    forks: tableOf(traced, 'sched:sched_process_fork'),
    losses: traced.losses,
    profile,
    stacks,
    shift: traced.start - start,
    lost: traced.lost,
    warnings: [...profile.warnings, ...(unmatched > 0 ? [said] : [])],
  });
};

/** Reads the context switches that offCpuPerf() recorded; damaged perf.data gives the intervals before the damage. */
export const readOffCpuPerf = async (source: ByteSource, context: CaptureContext): Promise<OffCpu> => {
  const bytes = await bytesOfStream(source);
  try {
    return await readBytes(bytes, context);
  } finally {
    bytes.close();
  }
};
