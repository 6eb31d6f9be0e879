// Sorted sequences as a tree: a node for each distinct beginning, parents before their children, siblings in order.
import { ROOT } from './address-stacks';
import { elementOf } from './sequence-order';
import { itemAt, sequences, used } from './sequences';
import { retake } from './room';

export let treeNodes: u32 = 0;
/** u32 a node: its parent, its item - 1, and how many items lead to it. */
export let treeParents: usize = 0;
export let treeItems: usize = 0;
export let treeDepths: usize = 0;
let room: u32 = 0;
/** u32 a sequence: the node that it ends in. */
let ends: usize = 0;
/** u32 a depth: the nodes of the sequence before. */
let path: usize = 0;
let pathRoom: u32 = 0;
/** How many were placed, and where the last one of them begins. */
let placed: u32 = 0;
let before: usize = 0;

/** Sequences lie far apart: the memory of one is asked for some places before it is needed. */
const AHEAD: u32 = 16;
export let touched: u32 = 0;

export function startTree(): void {
  ends = retake(ends, (<usize>sequences) << 2);
  growTree();
  growPath();
}

/** Nodes are as many as items at most: what is not used of the room that is asked for stays untouched. */
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

/** Places the next `n` sequences, in their order. */
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
