import type { Table } from '../../columns/column.ts';
import { growNumbers, growText } from '../../columns/grow.ts';
import type { NamedStacks } from '../../stacks/addresses/address-stacks.ts';
import { movedTo } from '../../stacks/addresses/process-stacks.ts';
import { ROOT, unsaid, type FrameTable, type Lost, type Profile } from '../../stacks/profile.ts';
import { stackColumnOrAbsent } from '../../stacks/stack-names.ts';
import { offCpuColumns } from './off-cpu-columns.ts';

/** Rows of off-CPU time, and what is missing from them. */
export interface OffCpu {
  readonly table: Table;
  /**
   * The first and the last context switch, in seconds since the start of the recording: the time of a thread in between
   * is the sum of its rows and its time on CPU. Absent if the capture was cut.
   */
  readonly span?: { readonly from: number; readonly to: number };
  readonly warnings: readonly string[];
  readonly lost: Lost;
}

/** One interval off CPU, or a sum of several. */
export interface OffCpuRow {
  readonly t: number;
  readonly seconds: number;
  readonly count: number;
  readonly pid?: number | undefined;
  readonly tid: number;
  readonly comm?: string | undefined;
  readonly state?: string | undefined;
  /** The waker's thread; below 0: unknown. */
  readonly waker?: number;
  readonly wakerName?: string | undefined;
  /** A stack of addresses. */
  readonly stack?: number;
}

/** Collects rows whose stacks have no names yet. */
export interface OffCpuRows {
  add(row: OffCpuRow): void;
  table(named: NamedStacks & { readonly frames: FrameTable; readonly missing: readonly string[] }): Table;
}

/** Stacks that got their names after the capture, as a profile without samples. */
export const stacksProfile = (
  { stacks, frames, missing }: Parameters<OffCpuRows['table']>[0],
  tool: string,
): Profile => ({
  samples: { size: 0, data: {}, docs: {} },
  stacks,
  frames,
  lost: { records: 0, samples: 0 },
  meta: { ...unsaid, format: tool, tool, callers: true, missing },
  warnings: [],
});

export const offCpuRows = (): OffCpuRows => {
  const numbers = {
    t: growNumbers(),
    seconds: growNumbers(),
    count: growNumbers(),
    pid: growNumbers(),
    tid: growNumbers(),
    waker_tid: growNumbers(),
  };
  const texts = { comm: growText(), state: growText(), waker: growText() };
  const stacks: number[] = [];
  return {
    add({ waker = -1, stack = ROOT, ...row }) {
      numbers.t.push(row.t);
      numbers.seconds.push(row.seconds);
      numbers.count.push(row.count);
      numbers.pid.push(row.pid);
      numbers.tid.push(row.tid);
      numbers.waker_tid.push(waker < 0 ? undefined : waker);
      texts.comm.push(row.comm);
      texts.state.push(row.state);
      texts.waker.push(waker < 0 ? undefined : row.wakerName);
      stacks.push(stack);
    },
    table(named) {
      const ids = Uint32Array.from(stacks, (stack) => movedTo(named, stack));
      return {
        size: stacks.length,
        docs: offCpuColumns,
        data: {
          t: numbers.t.column(),
          seconds: numbers.seconds.column(),
          count: numbers.count.column(),
          pid: numbers.pid.column(),
          tid: numbers.tid.column(),
          comm: texts.comm.column(),
          state: texts.state.column(),
          waker: texts.waker.column(),
          waker_tid: numbers.waker_tid.column(),
          stack: stackColumnOrAbsent(stacksProfile(named, 'bpftrace'), ids),
        },
      };
    },
  };
};
