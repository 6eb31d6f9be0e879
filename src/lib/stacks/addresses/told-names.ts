import { NO_NAME, type Named, type Symbolizer } from '../symbols/symbolizer.ts';

/** Names that the tool itself gave to kernel addresses (as signed numbers), used where no other source has one. */
export interface ToldNames {
  add(address: number, name: string, dso: string): void;
  /** The symbolizer, with the told names after its own. */
  behind(symbols: Symbolizer): Symbolizer;
}

const KERNEL = '[kernel.kallsyms]';

export const toldNames = (): ToldNames => {
  const byAddress = new Map<number, Named>();
  const bySymbol = new Map<string, Named>();
  return {
    add(address, name, dso) {
      if (byAddress.has(address)) return;
      const key = `${name}\0${dso}`;
      let named = bySymbol.get(key);
      if (named === undefined) bySymbol.set(key, (named = { name, dso }));
      byAddress.set(address, named);
    },
    behind(symbols) {
      let untold = 0;
      return {
        user: (binary, offsets) => symbols.user(binary, offsets),
        jit: (pid, dso, addresses) => symbols.jit(pid, dso, addresses),
        kernel: (addresses) =>
          symbols.kernel(addresses).map((named, i) => {
            if (named.name !== NO_NAME) return named;
            const told = byAddress.get(addresses[i] ?? 0);
            if (told === undefined) untold++;
            return told ?? named;
          }),
        get missing() {
          return untold > 0 ? symbols.missing : symbols.missing.filter(({ name }) => name !== KERNEL);
        },
      };
    },
  };
};
