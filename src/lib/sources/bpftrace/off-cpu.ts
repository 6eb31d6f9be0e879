import type { ByteSource } from '../../bytes/peek.ts';
import { processStacks, type ProcessStacks } from '../../stacks/addresses/process-stacks.ts';
import type { Wanted } from '../../stacks/symbols/collect.ts';
import type { CaptureContext } from '../capture-context.ts';
import { stateName } from '../formats/off-cpu-columns.ts';
import { unseenSay } from '../formats/unseen.ts';
import { offCpuRows, type OffCpu, type OffCpuRows } from '../formats/off-cpu-rows.ts';
import { newLosses, type Losses } from './losses.ts';
import { nameWarnings } from '../formats/name-warnings.ts';
import { collectBuckets, type Bucket, type Leftover } from './off-cpu-buckets.ts';
import { outputOf } from './program-output.ts';
import { cutStack, stackReader, type StackReader } from './stack-text.ts';

/** Seconds of rows that have no stack because bpftrace's table of stacks had no room for it. */
interface Tally {
  stackless: number;
  full: boolean;
}

interface Reading {
  readonly into: ProcessStacks;
  readonly rows: OffCpuRows;
  readonly losses: Losses;
  readonly tally: Tally;
  readonly left: Leftover;
}

/** The thread, its state, its waker: `26117,1,0,` and the kernel stack and the user stack. */
const KEY = /^(\d{1,10}),(\d{1,20}),(\d{1,10}),/;

/** A sum is (ns << 20) + count. */
const COUNT = 1n << 20n;

const sumOf = (value: unknown): { readonly seconds: number; readonly count: number } | undefined => {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const bits = BigInt(value);
  return { seconds: Number(bits / COUNT) / 1e9, count: Number(bits % COUNT) };
};

type Into = Omit<Reading, 'left' | 'losses'> & { readonly start: number; readonly stackOf: StackReader };

const seconds = (ns: number): number => ns / 1e9;

const stackAt = ({ stackOf, tally }: Into, pid: number | undefined, kernel: string, user: string, long: number) => {
  // A thread leaves the CPU in the kernel: without a kernel stack, the stack is lost.
  if (kernel.trim() === '') tally.stackless += long;
  return stackOf(pid ?? -1, kernel, user);
};

const addSums = (into: Into, { from, keys, sums, processes, comms }: Bucket): void => {
  if (keys > 0 && sums.length >= keys) into.tally.full = true;
  for (const [key, value] of sums) {
    const [head, thread, state, waker] = KEY.exec(key) ?? [];
    const sum = sumOf(value);
    if (head === undefined || sum === undefined) continue;
    const tid = Number(thread);
    const pid = processes.get(tid);
    const kernel = cutStack(key.slice(head.length));
    into.rows.add({
      t: seconds(from) - into.start,
      ...sum,
      pid,
      tid,
      comm: comms.get(tid),
      state: stateName(Number(state) - 1),
      waker: Number(waker) - 1,
      wakerName: comms.get(Number(waker) - 1),
      stack: stackAt(into, pid, kernel.stack, kernel.rest, sum.seconds),
    });
  }
};

/** New threads that waited for their first run. */
const addBorn = ({ rows, start }: Into, { from, filtered, born, processes, comms }: Bucket): void => {
  for (const [tid, ns] of born) {
    if (filtered && !processes.has(tid)) continue;
    rows.add({
      t: seconds(from) - start,
      seconds: seconds(ns),
      count: 1,
      pid: processes.get(tid),
      tid,
      comm: comms.get(tid),
      state: 'runnable',
    });
  }
};

/** Intervals that were open when the capture began or ended. */
const addOpen = (into: Into, { first, last, ran, open, filtered, processes, comms }: Leftover): void => {
  const { rows, start } = into;
  for (const [tid, ns] of ran) {
    if (ns <= first || (filtered && !processes.has(tid))) continue;
    const names = { pid: processes.get(tid), tid, comm: comms.get(tid) };
    rows.add({ t: seconds(first) - start, seconds: seconds(ns - first), count: 1, ...names });
  }
  for (const [tid, { at, state, kernel, user }] of open) {
    const names = { pid: processes.get(tid), tid, comm: comms.get(tid) };
    const long = seconds(Math.max(0, last - at));
    const stack = stackAt(into, names.pid, kernel, user, long);
    rows.add({ t: seconds(at) - start, seconds: long, count: 1, ...names, state: stateName(state), stack });
  }
};

const readAll = async (source: ByteSource, context: CaptureContext): Promise<Reading> => {
  const into = processStacks(context);
  const rows = offCpuRows();
  const losses = newLosses();
  const tally: Tally = { stackless: 0, full: false };
  const found: Into = { into, rows, tally, start: context.start, stackOf: stackReader(into) };
  const buckets = collectBuckets((bucket) => {
    addSums(found, bucket);
    addBorn(found, bucket);
  });
  for await (const output of outputOf(source)) {
    if ('line' in output || 'map' in output) buckets.take(output);
    else losses.take(output);
  }
  const left = buckets.end();
  // Without the last line, it is not known when the capture ended.
  if (left.ended) addOpen(found, left);
  return { into, rows, losses, tally, left };
};

const warningsOf = ({ losses, tally, left }: Reading): string[] => [
  ...(left.ended
    ? []
    : ['the capture was cut: off-CPU time since the last sum, and of threads that did not run again, is missing']),
  ...unseenSay(left),
  ...(tally.full ? ['a map of bpftrace was full: some intervals were not counted'] : []),
  ...(tally.stackless > 0 ? [`bpftrace had no room for the stacks of ${tally.stackless.toFixed(3)} s off CPU`] : []),
  ...losses.warnings(),
];

/** Reads what probes/off-cpu.bt printed; damaged output gives the sums before the damage. */
export const readOffCpuBpftrace = async (source: ByteSource, context: CaptureContext): Promise<OffCpu> => {
  const read = await readAll(source, context);
  const named = read.into.name();
  const { first, last, ended } = read.left;
  return {
    table: read.rows.table(named),
    ...(ended ? { span: { from: seconds(first) - context.start, to: seconds(last) - context.start } } : {}),
    warnings: [...warningsOf(read), ...nameWarnings(read.into.unmapped, named.missing)],
    lost: { records: 0, samples: read.losses.events },
  };
};

/** The processes whose mappings are needed to name the user frames of the same output. */
export const pidsOfOffCpuBpftrace = async (source: ByteSource): Promise<readonly number[]> => [
  ...(await readAll(source, { start: 0, maps: new Map() })).into.unmapped,
];

/** What symbolizing the same output needs from the host. */
export const wantedOfOffCpuBpftrace = async (source: ByteSource, maps: CaptureContext['maps']): Promise<Wanted> =>
  (await readAll(source, { start: 0, maps })).into.wanted();
