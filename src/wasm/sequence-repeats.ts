// Drops repeated sequences, so that files with few distinct stacks take little memory however long they are.
import { elementOf, orderAll, startOrder } from './sequence-order';
import { itemAt, items, keep, sequences, used } from './sequences';
import { retake } from './room';

/** u32 per sequence before `dropRepeats`: its new number. */
export let renumbered: usize = 0;
let most: u32 = 0;

/** Repeats are dropped for the first time when `limit` items are stored. */
export function startRepeats(limit: u32): void {
  most = limit;
}

/** Whether it is time to drop repeated sequences. */
// @ts-ignore: decorator
@inline
export function crowded(): bool {
  return used > most;
}

/** Whether two sequences are equal, given the offsets of their first items. */
function alike(a: u32, b: u32): bool {
  let p = itemAt(a);
  let q = itemAt(b);
  while (load<u32>(p) == load<u32>(q)) {
    if (!load<u32>(p)) return true;
    p += 4;
    q += 4;
  }
  return false;
}

/**
 * Keeps one of each sequence; items are at most `largest`. If less than half is dropped, the limit becomes twice the
 * remaining items.
 */
export function dropRepeats(largest: u32): void {
  startOrder(largest);
  orderAll(0);
  renumbered = retake(renumbered, (<usize>sequences) << 2);
  for (let from: u32 = 0; from < sequences; ) {
    const first = elementOf(from);
    let least = load<u32>(first, 12);
    let to = from + 1;
    for (; to < sequences && alike(load<u32>(first, 8), load<u32>(elementOf(to), 8)); to++) {
      least = min(least, load<u32>(elementOf(to), 12));
    }
    for (; from < to; from++) store<u32>(renumbered + ((<usize>load<u32>(elementOf(from), 12)) << 2), least);
  }
  keepFirsts();
  if (used > most >> 1) most = used * 2;
}

/** Moves the first of equal sequences together and gives each its new number. */
function keepFirsts(): void {
  let kept: u32 = 0;
  let to = items;
  let from = items;
  for (let number: u32 = 0; number < sequences; number++) {
    let end = from;
    while (load<u32>(end)) end += 4;
    end += 4;
    const at = renumbered + ((<usize>number) << 2);
    const first = load<u32>(at);
    if (first == number) {
      memory.copy(to, from, end - from);
      to += end - from;
      store<u32>(at, kept++);
    } else store<u32>(at, load<u32>(renumbered + ((<usize>first) << 2)));
    from = end;
  }
  keep(<u32>((to - items) >> 2), kept);
}
