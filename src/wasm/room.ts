// Arrays in linear memory that grow: a pointer and a capacity each; they double by copying.

/** Bytes that a growing array needs past its end, so that 16 bytes can be loaded at any of its offsets. */
export const SLACK: usize = 64;

/**
 * From this size on the allocator picks a free block by its size class alone, and that block may be smaller than asked
 * for. So whole size classes are requested.
 */
const LARGE: usize = 1 << 29;
const CLASS: usize = 1 << 25;

// @ts-ignore: decorator
@inline
function whole(bytes: usize): usize {
  return bytes < LARGE ? bytes : (bytes + CLASS - 1) & ~(CLASS - 1);
}

/** Allocates memory with slack; its contents are undefined. */
export function take(bytes: usize): usize {
  return heap.alloc(whole(bytes + SLACK));
}

/** Resizes the memory at `from` (0: none) to `bytes` and slack; added bytes are undefined. */
export function retake(from: usize, bytes: usize): usize {
  return from ? heap.realloc(from, whole(bytes + SLACK)) : take(bytes);
}

/** Resizes the array at `from` to `bytes`: old contents are kept, added bytes are zero. */
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
