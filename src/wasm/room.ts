// Arrays in linear memory that grow: a pointer and a capacity each, doubled by copying.

/** What a growing array needs past its end, so that 16 bytes can be read anywhere inside. */
export const SLACK: usize = 64;

/** From here on the allocator finds a free block by its class alone, which may hold smaller ones: whole classes are asked for. */
const LARGE: usize = 1 << 29;
const CLASS: usize = 1 << 25;

// @ts-ignore: decorator
@inline
function whole(bytes: usize): usize {
  return bytes < LARGE ? bytes : (bytes + CLASS - 1) & ~(CLASS - 1);
}

/** Memory with slack; what is in it is whatever was there. */
export function take(bytes: usize): usize {
  return heap.alloc(whole(bytes + SLACK));
}

/** The memory at `from` (0: none) with room for `bytes` and slack; what is new is whatever was there. */
export function retake(from: usize, bytes: usize): usize {
  return from ? heap.realloc(from, whole(bytes + SLACK)) : take(bytes);
}

/** The array at `from` with room for `bytes`; what was there stays, what is new is zero. */
export function grown(from: usize, had: usize, bytes: usize): usize {
  const to = retake(from, bytes);
  memory.fill(to + had, 0, bytes + SLACK - had);
  return to;
}

/** Whether `n` bytes are equal. */
// @ts-ignore: decorator
@inline
export function equal(a: usize, b: usize, n: usize): bool {
  if (n >= 16) {
    let i: usize = 0;
    for (const last = n - 16; i < last; i += 16) {
      if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
    }
    return !v128.any_true(v128.xor(v128.load(a + n - 16), v128.load(b + n - 16)));
  }
  return rest(a, b, n);
}

function rest(a: usize, b: usize, n: usize): bool {
  if (n >= 8) return load<u64>(a) == load<u64>(b) && load<u64>(a + n - 8) == load<u64>(b + n - 8);
  if (n >= 4) return load<u32>(a) == load<u32>(b) && load<u32>(a + n - 4) == load<u32>(b + n - 4);
  for (let i: usize = 0; i < n; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}
