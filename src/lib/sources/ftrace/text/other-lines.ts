import { FridayError } from '../../../errors.ts';
import type { CpuLoss } from '../losses.ts';

/** Lines that are neither events nor stacks: the heading of the file, and what the kernel says of lost events. */
export interface OtherLines {
  /** False if it is none of these. */
  take(line: string): boolean;
  lost(): readonly CpuLoss[];
  warnings(): readonly string[];
}

const TRACER = /^# (?:tracer: (\S+)|(\S+) latency trace )/;
const KEPT = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;
/** The kernel's, and trace-cmd's. */
const LOST = /^CPU:(\d+) \[(?:LOST (\d+) EVENTS|(\d+) EVENTS DROPPED|LOST EVENTS|EVENTS DROPPED)\]$/;
/** What trace-cmd prints first, and the kernel where the buffer of a CPU begins. */
const WITHOUT_MEANING = /^(?:version = \d+|cpus=\d+|CPU \d+ is empty|#.*)$/;
/** '# | | |' and ' 0)   1.234 us    |  foo();' */
const GRAPH = /^ *(?:\d+\.\d+ \| +)?\d+\) .*\|/;

/** What has another layout than a line for each event. */
const refuse = (tracer: string): never => {
  throw new FridayError(
    'input',
    `ftrace-text: expected a line for each event, got the layout of the tracer ${tracer}`,
    {
      next: `Record events, or the tracer function: echo nop > current_tracer; echo 1 > events/sched/sched_switch/enable. In trace-cmd: trace-cmd record -e sched_switch.`,
    },
  );
};

const WITHOUT_EVENT_LINES = ['function_graph', 'mmiotrace', 'blk', 'hwlat', 'osnoise', 'timerlat', 'irqsoff', 'preemptoff', 'preemptirqsoff', 'wakeup', 'wakeup_rt', 'wakeup_dl']; // prettier-ignore

/** Starts without any. */
export const otherLines = (): OtherLines => {
  const lost = new Map<number, number>();
  const unknown = new Set<number>();
  let [kept, written] = [0, 0];
  const loss = (cpu: number, digits: string | undefined): void => {
    if (digits === undefined) unknown.add(cpu);
    else lost.set(cpu, (lost.get(cpu) ?? 0) + Number(digits));
  };
  return {
    take(line) {
      const [, tracer, latency] = TRACER.exec(line) ?? [];
      const found = tracer ?? latency;
      if (found !== undefined && WITHOUT_EVENT_LINES.includes(found)) refuse(found);
      if (GRAPH.test(line)) refuse('function_graph');
      const [, inBuffer, all] = KEPT.exec(line) ?? [];
      if (inBuffer !== undefined) [kept, written] = [Number(inBuffer), Number(all)];
      const [said, cpu, kernel, dropped] = LOST.exec(line) ?? [];
      if (said !== undefined) loss(Number(cpu), kernel ?? dropped);
      return said !== undefined || WITHOUT_MEANING.test(line);
    },
    lost: () => [...lost].map(([cpu, events]) => ({ cpu, events })),
    warnings: () => [
      ...(written > kept ? [`${String(written - kept)} of ${String(written)} events were overwritten before the buffer was read`] : []), // prettier-ignore
      ...[...unknown].map((cpu) => `CPU ${String(cpu)} lost events, whose number is unknown`),
    ],
  };
};
