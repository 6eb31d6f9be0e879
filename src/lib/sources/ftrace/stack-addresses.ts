import type { ColumnData } from '../../columns/column.ts';
import { isValid } from '../../columns/column.ts';
import type { Address } from '../../stacks/addresses/process-stacks.ts';

const LOW = 0xffff_ffffn;
/** What old kernels write after the last frame, by the bytes of their `long`. */
const ENDS = [0n, 0xffff_ffffn, 0xffff_ffff_ffff_ffffn];

/** '[18446744071579763000, 94324]' as addresses, outermost frame first. */
const addressesIn = (text: string): readonly Address[] => {
  const all = text.slice(1, -1).split(', ').filter((digits) => /^\d+$/.test(digits)).map(BigInt); // prettier-ignore
  const end = all.findIndex((address) => ENDS.includes(address));
  const kept = end < 0 ? all : all.slice(0, end);
  return kept.reverse().map((address) => [Number(address >> 32n), Number(address & LOW)] as const);
};

/** Stacks as Ftrace writes them, by the column `caller` of their table. */
export interface StackAddresses {
  /** A number for equal stacks; -1 if the row has none. */
  code(row: number): number;
  addresses(code: number): readonly Address[];
}

export const stackAddresses = (caller: ColumnData | undefined): StackAddresses => {
  const known: (readonly Address[] | undefined)[] = [];
  return {
    code: (row) => (caller?.kind === 'text' && row >= 0 && isValid(caller.valid, row) ? (caller.codes[row] ?? -1) : -1),
    addresses: (code) => (known[code] ??= addressesIn(caller?.kind === 'text' ? (caller.names[code] ?? '') : '')),
  };
};
