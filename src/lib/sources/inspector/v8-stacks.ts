import { internNames, internPairs } from '../../stacks/intern.ts';
import { JIT, ROOT, type FrameTable, type StackTable } from '../../stacks/profile.ts';
import type { V8Profile } from './v8-profile.ts';

/** V8's own nodes: '(root)', '(program)', '(garbage collector)', '(idle)'. */
const OWN = /^\([a-z ]+\)$/;

type CallFrame = V8Profile['nodes'][number]['callFrame'];

/** 'render file:///srv/app.js:10:3', as V8 names functions in a perf map. */
const nameOf = ({ functionName, url, lineNumber, columnNumber }: CallFrame): string => {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${url.replace(/^file:\/\//, '')}:${String(lineNumber + 1)}:${String(columnNumber + 1)}`; // prettier-ignore
};

const isOwn = ({ functionName, url }: CallFrame): boolean => url === '' && OWN.test(functionName);

/** The frames and stacks of a profile, and the stack of each node by its id; undefined: an idle event loop. */
export interface V8Stacks {
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  readonly stackOf: ReadonlyMap<number, number | undefined>;
}

/** Nodes from the root on, callers first; a node that two others name as theirs is taken once. */
const inOrder = ({ nodes }: V8Profile): readonly (readonly [number, number | undefined])[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const called = new Set(nodes.flatMap(({ children }) => children));
  const found = new Map<number, number | undefined>(
    nodes.flatMap(({ id }): [number, undefined][] => (called.has(id) ? [] : [[id, undefined]])),
  );
  // A Map gives also what is added to it while it is walked.
  for (const [id] of found)
    for (const child of byId.get(id)?.children ?? []) if (byId.has(child) && !found.has(child)) found.set(child, id);
  return [...found];
};

/** Makes stacks of the nodes of a profile. */
export const v8Stacks = (profile: V8Profile): V8Stacks => {
  const [names, pairs] = [internNames(), internPairs()];
  const flags: number[] = [];
  const depth: number[] = [];
  const stackOf = new Map<number, number | undefined>();
  const byId = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const [id, caller] of inOrder(profile)) {
    const frame = byId.get(id);
    if (frame === undefined) continue;
    const own = isOwn(frame);
    const name = names.code(nameOf(frame));
    flags[name] = own ? 0 : JIT;
    const parent = caller === undefined ? undefined : stackOf.get(caller);
    const stack = pairs.code(parent ?? ROOT, name);
    depth[stack] = parent === undefined ? 1 : (depth[parent] ?? 0) + 1;
    stackOf.set(id, own && frame.functionName === '(idle)' ? undefined : stack);
  }
  const { size } = pairs;
  const count = names.list.length;
  return {
    frames: {
      size: count,
      name: Uint32Array.from({ length: count }, (_, i) => i),
      dso: new Uint32Array(count),
      flags: Uint8Array.from(flags),
      names: names.list,
      dsos: ['node'],
    },
    stacks: { size, parent: pairs.a.slice(0, size), frame: pairs.b.slice(0, size), depth: Uint32Array.from(depth) },
    stackOf,
  };
};
