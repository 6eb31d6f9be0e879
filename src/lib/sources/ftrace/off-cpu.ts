import { bytesOfStream, type Bytes } from '../../bytes/bytes.ts';
import type { ByteSource } from '../../bytes/peek.ts';
import type { Table } from '../../columns/column.ts';
import { movedTo, processStacks, type ProcessStacks } from '../../stacks/addresses/process-stacks.ts';
import { internPairs } from '../../stacks/intern.ts';
import { KERNEL, ROOT } from '../../stacks/profile.ts';
import type { Wanted } from '../../stacks/symbols/collect.ts';
import type { CaptureContext } from '../capture-context.ts';
import { nameWarnings } from '../formats/name-warnings.ts';
import { numbers } from '../formats/numbers.ts';
import { stacksProfile, type OffCpu } from '../formats/off-cpu-rows.ts';
import { noOffCpu, offCpuOf } from '../formats/switches-off-cpu.ts';
import { FORK, KERNEL_STACK, SWITCH, USER_STACK, WAKING } from './off-cpu-program.ts';
import { readFtrace, type FtracePages } from './read.ts';
import { stackAddresses } from './stack-addresses.ts';
import { stackRows } from './switch-stacks.ts';
import { pidsOf, processesOf, wakerNames } from './switch-threads.ts';

const tableOf = ({ events }: FtracePages, event: string): Table =>
  events.find((each) => each.event === event)?.table ?? { size: 0, data: {}, docs: {} };

interface Reading {
  readonly traced: FtracePages;
  readonly switches: Table;
  readonly wakings: Table;
  readonly into: ProcessStacks;
  /** The stack of addresses of each switch; ROOT if it has none. */
  readonly stacks: Uint32Array;
  /** Switches that have no kernel stack, without those of idle CPUs. */
  readonly stackless: number;
  /** Whether the capture has user stacks of switches. */
  readonly user: boolean;
}

/** Builds each distinct stack of addresses once. */
const buildStacks = (into: ProcessStacks, switches: Table, others: readonly Table[], traced: FtracePages) => {
  const [kernels, users] = [tableOf(traced, KERNEL_STACK), tableOf(traced, USER_STACK)];
  const [ofKernel, ofUser] = [stackRows(switches, others, kernels), stackRows(switches, others, users)];
  const [kernel, user] = [stackAddresses(kernels.data['caller']), stackAddresses(users.data['caller'])];
  const [prev, tgid] = [numbers(switches, 'prev_pid'), numbers(users, 'tgid')];
  const [onUser, onKernel] = [internPairs(), internPairs()];
  const [bases, tops]: [number[], number[]] = [[], []];
  const baseOf = (row: number): number => {
    const code = user.code(row);
    if (code < 0) return ROOT;
    const pid = tgid[row] ?? 0;
    const build = () => user.addresses(code).reduce((parent, address) => into.user(parent, pid, address), ROOT);
    return (bases[onUser.code(pid, code)] ??= build());
  };
  const stacks = new Uint32Array(switches.size).fill(ROOT);
  let stackless = 0;
  for (let row = 0; row < switches.size; row++) {
    if (prev[row] === 0) continue;
    const base = baseOf(ofUser[row] ?? -1);
    const code = kernel.code(ofKernel[row] ?? -1);
    if (code < 0) stackless++;
    const build = () => kernel.addresses(code).reduce((parent, address) => into.kernel(parent, address), base);
    stacks[row] = code < 0 ? base : (tops[onKernel.code(base, code)] ??= build());
  }
  return { stacks, stackless, user: bases.length > 0 };
};

const readAll = (bytes: Bytes, context: CaptureContext): Reading => {
  const traced = readFtrace(bytes);
  const into = processStacks(context);
  const [switches, wakings] = [tableOf(traced, SWITCH), tableOf(traced, WAKING)];
  return { traced, switches, wakings, into, ...buildStacks(into, switches, [wakings, tableOf(traced, FORK)], traced) };
};

/** Functions by which the kernel takes the stack: the switch itself is below them. */
const TRACING = /^(?:__traceiter_|trace_event_|event_triggers_|__?ftrace_trace_|__trace_stack|stacktrace_trigger)/;

/** For each stack the one without the innermost frames that belong to tracing. */
const withoutTracing = ({ stacks, frames }: ReturnType<ProcessStacks['name']>): Uint32Array => {
  const kept = new Uint32Array(stacks.size);
  for (let stack = 0; stack < stacks.size; stack++) {
    const frame = stacks.frame[stack] ?? 0;
    const parent = stacks.parent[stack] ?? ROOT;
    const traces =
      ((frames.flags[frame] ?? 0) & KERNEL) !== 0 && TRACING.test(frames.names[frames.name[frame] ?? 0] ?? '');
    kept[stack] = traces ? (parent === ROOT ? ROOT : (kept[parent] ?? ROOT)) : stack;
  }
  return kept;
};

const NO_USER_STACKS = 'this kernel writes no user stacks into an instance of tracefs: frames of programs are missing';

const warningsOf = ({ traced, stackless, user, into, switches }: Reading, missing: readonly string[]): string[] => [
  ...traced.lost.map(
    ({ cpu, events }) =>
      `${events} events of CPU ${cpu} were lost: its ring buffer was full (bpftrace sums in the kernel instead)`,
  ),
  ...traced.warnings,
  ...(stackless > 0 ? [`${stackless} switches have no stack: the kernel wrote none after them`] : []),
  ...(user || switches.size === 0 ? [] : [NO_USER_STACKS]),
  ...nameWarnings(into.unmapped, missing),
];

const offCpuIn = (bytes: Bytes, context: CaptureContext): OffCpu => {
  const read = readAll(bytes, context);
  const { traced, switches, wakings, into } = read;
  const lost = { records: traced.lost.length, samples: traced.lost.reduce((sum, { events }) => sum + events, 0) };
  if (switches.size === 0) return noOffCpu(lost, warningsOf(read, []));
  const named = into.name();
  const kept = withoutTracing(named);
  const processes = processesOf(tableOf(traced, USER_STACK));
  const stackOf = (stack: number): number => (stack === ROOT ? ROOT : (kept[movedTo(named, stack)] ?? ROOT));
  const { prev_comm: comm } = switches.data;
  return offCpuOf({
    switches: { ...switches, data: { ...switches.data, pid: pidsOf(switches, processes), ...(comm === undefined ? {} : { comm }) } }, // prettier-ignore
    wakings: { ...wakings, data: { ...wakings.data, comm: wakerNames(switches, wakings) } },
    forks: tableOf(traced, FORK),
    losses: traced.missing.length > 0 ? traced.missing : traced.lost.map(() => ({})),
    profile: stacksProfile(named, 'Ftrace'),
    stacks: read.stacks.map(stackOf),
    shift: traced.start - context.start,
    lost,
    warnings: warningsOf(read, named.missing),
  });
};

const withBytes = async <T>(source: ByteSource, read: (bytes: Bytes) => T): Promise<T> => {
  const bytes = await bytesOfStream(source);
  try {
    return read(bytes);
  } finally {
    bytes.close();
  }
};

/** Reads what the program of offCpuFtrace() printed; damaged output gives the intervals before the damage. */
export const readOffCpuFtrace = (source: ByteSource, context: CaptureContext): Promise<OffCpu> =>
  withBytes(source, (bytes) => offCpuIn(bytes, context));

/** The processes whose mappings are needed to name the user frames of the same output. */
export const pidsOfOffCpuFtrace = (source: ByteSource): Promise<readonly number[]> =>
  withBytes(source, (bytes) => [...readAll(bytes, { start: 0, maps: new Map() }).into.unmapped]);

/** What symbolizing the same output needs from the host. */
export const wantedOfOffCpuFtrace = (source: ByteSource, maps: CaptureContext['maps']): Promise<Wanted> =>
  withBytes(source, (bytes) => readAll(bytes, { start: 0, maps }).into.wanted());
