// Hashes a 64-bit number with a secret, so that nobody can craft a file whose numbers collide.

export let seed: u64 = 0;

export function salt(secret: u64): void {
  seed = secret;
}

// @ts-ignore: decorator
@inline
export function mixed(key: u64): u32 {
  let h = (key ^ seed) * 0x9e3779b97f4a7c15;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93;
  return <u32>(h >> 32);
}
