import { FRAME_KINDS } from '../mime.ts';
import { printable } from '../printable.ts';
import type { Tree } from '../stacks/tree.ts';
import { BEGINNING } from './flamegraph-beginning.ts';

/** Functions in which every thread leaves the CPU, and the probes on them: they do not tell what it waits for. */
const SCHEDULER =
  /^(__schedule|schedule(_(timeout|hrtimeout|preempt|rtlock)\w*)?|io_schedule\w*|preempt_schedule\w*|__cond_resched|finish_task_switch.*|__traceiter_\w+|trace_event_\w+|perf_trace_\w+|perf_\w+event\w*|bpf_\w+)$/;

const KERNEL = FRAME_KINDS.indexOf('kernel');
const PROCESS = FRAME_KINDS.indexOf('process');
/** Functions of the program that the sentence names. */
const SHOWN = 3;

/** The nearest node from here outwards for which `is` holds; 0 (the root) if there is none. */
const upTo = ({ parent }: Tree, from: number, is: (node: number) => boolean): number => {
  let at = from;
  while (at > 0 && !is(at)) at = parent[at] ?? 0;
  return Math.max(at, 0);
};

const add = (sums: Map<number, number>, key: number, value: number): void =>
  void sums.set(key, (sums.get(key) ?? 0) + value);

const heaviest = (sums: ReadonlyMap<number, number>): readonly [number, number] =>
  [...sums].reduce<readonly [number, number]>((best, each) => (each[1] > best[1] ? each : best), [0, 0]);

/** The functions of the program that lead to a node, outermost first. */
const callers = (tree: Tree, node: number): readonly string[] => {
  const names: string[] = [];
  for (let at = node; at > 0 && names.length < SHOWN; at = tree.parent[at] ?? 0) {
    const fn = tree.fn[at] ?? 0;
    const name = tree.names[fn] ?? '';
    if (tree.kinds[fn] === PROCESS || BEGINNING.test(name)) break;
    names.push(printable(name));
  }
  return names.reverse();
};

/** The finding of stacks that were off CPU, in a sentence; weights are microseconds. */
export const sayWaits = (tree: Tree, profile: number): string => {
  const { self, total } = tree.weights[profile] ?? { self: new Float64Array(0), total: new Float64Array(0) };
  const whole = total[0] ?? 0;
  const functions = new Map<number, number>();
  const places = Array.from({ length: tree.size }, (_, node) =>
    (self[node] ?? 0) > 0 ? upTo(tree, node, (at) => !SCHEDULER.test(tree.names[tree.fn[at] ?? 0] ?? '')) : 0,
  );
  for (const [node, place] of places.entries())
    if (place > 0 && tree.kinds[tree.fn[place] ?? 0] !== PROCESS) add(functions, tree.fn[place] ?? 0, self[node] ?? 0);
  const [fn, waited] = heaviest(functions);
  if (waited === 0) return 'No stack shows what the threads wait for.';
  const programs = new Map<number, number>();
  for (const [node, place] of places.entries())
    if (place > 0 && tree.fn[place] === fn)
      add(
        programs,
        upTo(tree, place, (at) => tree.kinds[tree.fn[at] ?? 0] !== KERNEL),
        self[node] ?? 0,
      );
  const path = callers(tree, heaviest(programs)[0]);
  const first = `Of ${(whole / 1e6).toFixed(2)} s off CPU, ${((waited / whole) * 100).toFixed(1)} % is spent in ${printable(tree.names[fn] ?? '')}`;
  return path.length === 0 ? `${first}.` : `${first}, mostly below ${path.join(' > ')}.`;
};
