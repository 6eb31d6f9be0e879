// Builds a tree from sorted sequences: a node per distinct prefix, parents before children, siblings in order.
import { ROOT } from './address-stacks';
import { elementOf } from './sequence-order';
import { itemAt, sequences, used } from './sequences';
import { retake } from './room';

export let treeNodes: u32 = 0;
/** u32 per node: its parent, its item - 1, and its depth. */
export let treeParents: usize = 0;
export let treeItems: usize = 0;
export let treeDepths: usize = 0;
let room: u32 = 0;
/** u32 per sequence: the node in which it ends. */
let ends: usize = 0;
/** u32 per depth: the nodes of the previous sequence. */
let path: usize = 0;
let pathRoom: u32 = 0;
/** How many sequences were placed, and the address of the last one. */
let placed: u32 = 0;
let before: usize = 0;

/** Sequences are far apart in memory: each is prefetched this many sequences before it is needed. */
const AHEAD: u32 = 16;
export let touched: u32 = 0;

export function startTree(): void {
  ends = retake(ends, (<usize>sequences) << 2);
  growTree();
  growPath();
}

/** There are at most as many nodes as items; unused room is never touched, so the system allocates no pages for it. */
function growTree(): void {
  room = room ? room * 2 : max((used - sequences) >> 1, 1 << 10);
  treeParents = retake(treeParents, (<usize>room) << 2);
  treeItems = retake(treeItems, (<usize>room) << 2);
  treeDepths = retake(treeDepths, (<usize>room) << 2);
}

function growPath(): void {
  pathRoom = max(pathRoom * 2, 1 << 10);
  path = retake(path, (<usize>pathRoom) << 2);
}

/** Places the next `n` sequences in sorted order. */
export function placeElements(n: u32): void {
  for (const end = placed + n; placed < end; placed++) {
    const element = elementOf(placed);
    if (placed + AHEAD < end) touched ^= load<u32>(itemAt(load<u32>(elementOf(placed + AHEAD), 8)));
    const at = itemAt(load<u32>(element, 8));
    let i: usize = 0;
    let item = load<u32>(at);
    if (placed) {
      while (item && item == load<u32>(before + i)) {
        i += 4;
        item = load<u32>(at + i);
      }
    }
    let node = i ? load<u32>(path + i - 4) : ROOT;
    for (; item; i += 4, item = load<u32>(at + i)) {
      if (treeNodes == room) growTree();
      if (<u32>(i >> 2) == pathRoom) growPath();
      const to = (<usize>treeNodes) << 2;
      store<u32>(treeParents + to, node);
      store<u32>(treeItems + to, item - 1);
      store<u32>(treeDepths + to, <u32>(i >> 2) + 1);
      node = treeNodes++;
      store<u32>(path + i, node);
    }
    store<u32>(ends + ((<usize>load<u32>(element, 12)) << 2), node);
    before = at;
  }
}

// @ts-ignore: decorator
@inline
export function endOf(sequence: u32): u32 {
  return load<u32>(ends + ((<usize>sequence) << 2));
}
