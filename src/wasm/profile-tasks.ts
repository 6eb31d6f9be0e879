// Records about processes: mappings, names and forks. TypeScript is called once per distinct file and name.
import { ByText, cellOf, newByText } from './by-text';
import { NOTHING } from './numbers';
import { executed, forked, mapped, nameThread } from './processes';
import { hashed, intern } from './texts';

/** Passes a record to TypeScript (LOST, KSYMBOL, kernel mappings); false if the record is too short. */
// @ts-ignore: decorator
@external("profile", "takeRecord")
export declare function takeRecord(at: usize): bool;
/** The dso that a mapping record maps, and how addresses become offsets in it; see OWN. */
// @ts-ignore: decorator
@external("profile", "mappingOf")
declare function mappingOf(at: usize): u32;
/** The code of the name in a COMM record. */
// @ts-ignore: decorator
@external("profile", "commOf")
declare function commOf(at: usize): u32;

export const MMAP: u32 = 1;
export const MMAP2: u32 = 10;
const EXEC: u32 = 1 << 13;

/**
 * The lowest two bits of `mappingOf`: how an address becomes an offset. OWN: each process has its own dso, so do not
 * cache.
 */
const BY_START: u32 = 1;
const BY_OFFSET: u32 = 2;
const OWN: u32 = 3;

/** u32 per kind of mapping record: what it maps, + 1. */
let files: ByText = changetype<ByText>(0);
/** u32: the code of a thread's name, + 1. */
let names: ByText = changetype<ByText>(0);

export function startTasks(): void {
  files = newByText(32);
  names = newByText(4);
}

const EXACT: i64 = 1 << 51;
/**
 * Set when an address or a time is beyond 2^51, where a double is not exact enough: the reader in TypeScript must
 * read the file.
 */
export let farAway: bool = false;

/** Sets `farAway` if a time is too far from the first one. */
// @ts-ignore: decorator
@inline
export function noteDistance(distance: u64): void {
  if (distance > <u64>EXACT) farAway = true;
}

export function takeMapping(at: usize, type: u32, size: u32): bool {
  const nameAt: u32 = type == MMAP2 ? 72 : 40;
  if (size < nameAt) return false;
  if (load<u32>(at + 8) == NOTHING) return takeRecord(at);
  let end = nameAt;
  while (end < size && load<u8>(at + end)) end++;
  const length = <usize>(end - 40);
  const text = intern(at + 40, length, hashed(at + 40, length));
  const kind = (type == MMAP2 ? 1 : 0) | (((<u32>load<u16>(at + 4) >> 13) & 3) << 1);
  const cell = cellOf(files, text) + ((<usize>kind) << 2);
  let file = load<u32>(cell);
  if (!file) {
    file = mappingOf(at) + 1;
    if (((file - 1) & 3) != OWN) store<u32>(cell, file);
  }
  file--;
  const start = load<i64>(at + 16);
  const bytes = load<i64>(at + 24);
  const offset = load<i64>(at + 32);
  if (start < -EXACT || start > EXACT || bytes < 0 || bytes > EXACT - max(start, 0) || offset < -EXACT || offset > EXACT) farAway = true;
  const how = file & 3;
  const delta = how == BY_START ? -start : how == BY_OFFSET ? offset - start : 0;
  mapped(load<u32>(at + 8), start, start + bytes, delta, file >> 2);
  return true;
}

export function takeName(at: usize, size: u32): bool {
  if (size < 24) return false;
  const most = min(size - 16, 16);
  let length: u32 = 0;
  while (length < most && load<u8>(at + 16 + length)) length++;
  const text = intern(at + 16, length, hashed(at + 16, length));
  const cell = cellOf(names, text);
  let code = load<u32>(cell);
  if (!code) store<u32>(cell, (code = commOf(at) + 1));
  nameThread(load<u32>(at + 12), code - 1);
  if (load<u16>(at + 4) & EXEC) executed(load<u32>(at + 8));
  return true;
}

export function takeFork(at: usize, size: u32): bool {
  if (size < 32) return false;
  const fresh = (load<u16>(at + 4) & EXEC) != 0;
  forked(load<u32>(at + 8), load<u32>(at + 16), load<u32>(at + 12), load<u32>(at + 20), fresh);
  return true;
}
