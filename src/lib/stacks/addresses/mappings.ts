/** An address range that maps a file: address + `delta` is the offset in `dso`. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly delta: number;
  /** Index into the table of dsos. */
  readonly dso: number;
}

/**
 * Sorted mappings without overlaps, as an immutable tree: a changed tree shares all nodes except those on the path to
 * the change, so that a fork costs nothing and each later mapping a few nodes. Random priorities keep it balanced (a
 * treap). src/wasm/mappings.ts does the same, but changes unshared nodes in place.
 */
export interface Mappings {
  readonly mapping: Mapping;
  readonly priority: number;
  readonly left: Mappings | undefined;
  readonly right: Mappings | undefined;
}

/** The mapping that holds the address. */
export const findMapping = (tree: Mappings | undefined, address: number | bigint): Mapping | undefined => {
  for (let node = tree; node !== undefined;) {
    if (address < node.mapping.start) node = node.left;
    else if (address >= node.mapping.end) node = node.right;
    else return node.mapping;
  }
  return undefined;
};

type Split = readonly [Mappings | undefined, Mappings | undefined];

/** Splits into the mappings for which `isLeft` holds, which come first, and the others. */
const split = (tree: Mappings | undefined, isLeft: (mapping: Mapping) => boolean): Split => {
  if (tree === undefined) return [undefined, undefined];
  if (isLeft(tree.mapping)) {
    const [left, right] = split(tree.right, isLeft);
    return [{ ...tree, right: left }, right];
  }
  const [left, right] = split(tree.left, isLeft);
  return [left, { ...tree, left: right }];
};

/** Joins two trees; all mappings of the first must come before those of the second. */
const joined = (first: Mappings | undefined, second: Mappings | undefined): Mappings | undefined => {
  if (first === undefined) return second;
  if (second === undefined) return first;
  return first.priority > second.priority
    ? { ...first, right: joined(first.right, second) }
    : { ...second, left: joined(first, second.left) };
};

const single = (mapping: Mapping): Mappings => ({
  mapping,
  priority: Math.random(),
  left: undefined,
  right: undefined,
});

const outermost = (tree: Mappings, side: 'left' | 'right'): Mapping => {
  let node = tree;
  for (let next = node[side]; next !== undefined; next = node[side]) node = next;
  return node.mapping;
};

/** Adds a mapping. Older mappings in its range are removed or shortened. */
export const withMapping = (tree: Mappings | undefined, added: Mapping): Mappings | undefined => {
  const [before, rest] = split(tree, ({ end }) => end <= added.start);
  const [over, after] = split(rest, ({ start }) => start < added.end);
  let both = before;
  if (over !== undefined) {
    const first = outermost(over, 'left');
    if (first.start < added.start) both = joined(both, single({ ...first, end: added.start }));
  }
  both = joined(both, single(added));
  if (over !== undefined) {
    const last = outermost(over, 'right');
    if (last.end > added.end) both = joined(both, single({ ...last, start: added.end }));
  }
  return joined(both, after);
};
