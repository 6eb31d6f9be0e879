// Maps from 32-bit numbers to 32-bit numbers. 0xffffffff stands for no value.
import { mixed } from './hash';
import { grown } from './room';

export const NOTHING: u32 = 0xffffffff;

/** Open addressing, at most half full: a cell holds key, value and whether it is taken. */
@unmanaged
export class Numbers {
  cells: usize;
  mask: u32;
  used: u32;
}

export function newNumbers(): Numbers {
  const map = changetype<Numbers>(grown(0, 0, offsetof<Numbers>()));
  map.mask = (1 << 10) - 1;
  map.cells = grown(0, 0, 16 << 10);
  return map;
}

// @ts-ignore: decorator
@inline
function cellOf(map: Numbers, key: u32): usize {
  let slot = mixed(key);
  while (true) {
    const at = map.cells + ((<usize>(slot & map.mask)) << 4);
    if (!load<u32>(at + 8) || load<u32>(at) == key) return at;
    slot++;
  }
}

// @ts-ignore: decorator
@inline
export function numberOf(map: Numbers, key: u32): u32 {
  const at = cellOf(map, key);
  return load<u32>(at + 8) ? load<u32>(at + 4) : NOTHING;
}

export function setNumber(map: Numbers, key: u32, value: u32): void {
  let at = cellOf(map, key);
  if (!load<u32>(at + 8)) {
    if (map.used * 2 > map.mask) {
      widen(map);
      at = cellOf(map, key);
    }
    map.used++;
    store<u32>(at, key);
    store<u32>(at + 8, 1);
  }
  store<u32>(at + 4, value);
}

function widen(map: Numbers): void {
  const old = map.cells;
  const cells = map.mask + 1;
  map.mask = cells * 2 - 1;
  map.cells = grown(0, 0, (<usize>cells) << 5);
  for (let i: u32 = 0; i < cells; i++) {
    const from = old + ((<usize>i) << 4);
    if (load<u32>(from + 8)) memory.copy(cellOf(map, load<u32>(from)), from, 12);
  }
  heap.free(old);
}
