import { toFrames, type Frames } from './model.ts';

interface Growing {
  readonly parent: number[];
  readonly name: number[];
  readonly kind: number[];
  readonly self: number[];
  readonly total: number[];
  readonly at: Map<string, number>;
}

const child = (tree: Growing, parent: number, frames: Frames, i: number): number => {
  const [name, kind] = [frames.name[i] ?? 0, frames.kind[i] ?? 0];
  const key = `${parent} ${name} ${kind}`;
  const known = tree.at.get(key);
  if (known !== undefined) return known;
  tree.at.set(key, tree.parent.length);
  tree.parent.push(parent);
  tree.name.push(name);
  tree.kind.push(kind);
  tree.self.push(0);
  tree.total.push(0);
  return tree.parent.length - 1;
};

const add = (values: number[], i: number, value: number): void => {
  values[i] = (values[i] ?? 0) + value;
};

/** Depth-first order, siblings by name. */
const placed = (tree: Growing, names: readonly string[]): Frames => {
  const children: number[][] = tree.parent.map(() => []);
  tree.parent.forEach((up, i) => {
    if (up >= 0) children[up]?.push(i);
  });
  const order: number[] = [];
  const depth: number[] = [];
  const waiting: [number, number][] = [[0, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [i, level] = next;
    order.push(i);
    depth.push(level);
    const below = children[i] ?? [];
    below.sort((a, b) => ((names[tree.name[a] ?? 0] ?? '') < (names[tree.name[b] ?? 0] ?? '') ? 1 : -1));
    for (const c of below) waiting.push([c, level + 1]);
  }
  const pick = (values: readonly number[]): number[] => order.map((i) => values[i] ?? 0);
  return toFrames({
    names,
    name: pick(tree.name),
    kind: pick(tree.kind),
    depth,
    self: pick(tree.self),
    total: pick(tree.total),
  });
};

/** The outermost frames of the function: those without a frame of the same function below them. */
const outermost = (frames: Frames, like: number): number[] => {
  const out: number[] = [];
  for (let i = 1; i < frames.size; i++) {
    if (frames.name[i] !== frames.name[like] || frames.kind[i] !== frames.kind[like]) continue;
    out.push(i);
    i = (frames.end[i] ?? i + 1) - 1;
  }
  return out;
};

const rootOf = (frames: Frames, like: number): Growing => ({
  parent: [-1],
  name: [frames.name[like] ?? 0],
  kind: [frames.kind[like] ?? 0],
  self: [0],
  total: [0],
  at: new Map(),
});

/** The callees of a function, merged from all places where it is called, with the function as root. */
export const callees = (frames: Frames, like: number): Frames => {
  const tree = rootOf(frames, like);
  for (const top of outermost(frames, like)) {
    const to = new Map<number, number>([[top, 0]]);
    for (let i = top; i < (frames.end[top] ?? top); i++) {
      const node = i === top ? 0 : child(tree, to.get(frames.parent[i] ?? 0) ?? 0, frames, i);
      to.set(i, node);
      add(tree.self, node, frames.self[i] ?? 0);
      add(tree.total, node, frames.total[i] ?? 0);
    }
  }
  return placed(tree, frames.names);
};

/** The callers of a function, nearest first, with the function as root. */
export const callers = (frames: Frames, like: number): Frames => {
  const tree = rootOf(frames, like);
  for (const top of outermost(frames, like)) {
    const weight = frames.total[top] ?? 0;
    let node = 0;
    add(tree.total, 0, weight);
    for (let up = frames.parent[top] ?? -1; up > 0; up = frames.parent[up] ?? -1) {
      node = child(tree, node, frames, up);
      add(tree.total, node, weight);
    }
    add(tree.self, node, weight);
  }
  return placed(tree, frames.names);
};
