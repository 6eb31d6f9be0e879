const latin1 = new TextDecoder('latin1');

/**
 * The load address of each module ('[virtio_net]') as a signed number, from the text of /proc/modules: proc_modules(5).
 * Empty if the kernel hid the addresses.
 */
export const moduleBases = (text: Uint8Array): ReadonlyMap<string, number> => {
  const bases = new Map<string, number>();
  for (const line of latin1.decode(text).split('\n')) {
    const [, name = '', address = ''] = /^(\S+) .* 0x([0-9a-f]{1,16})(?: |$)/.exec(line) ?? [];
    const base = Number(BigInt.asIntN(64, BigInt(`0x${address === '' ? '0' : address}`)));
    if (base !== 0) bases.set(`[${name}]`, base);
  }
  return bases;
};
