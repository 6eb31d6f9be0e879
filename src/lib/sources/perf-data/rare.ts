import type { Event } from './events.ts';
import { RECORD } from './format.ts';
import type { KernelMaps } from './kernel-maps.ts';

interface Into {
  readonly kernel: KernelMaps;
  readonly lost: { records: number; samples: number };
}

/** Handles a LOST, LOST_SAMPLES or KSYMBOL record, fully decoded because they are rare; false if it is too short. */
export const takeRare = ({ number, fields, cut }: Event, { kernel, lost }: Into): boolean => {
  if (cut === true) return false;
  if (number === RECORD.KSYMBOL) {
    const address = Number(BigInt.asIntN(64, BigInt(fields['address'] as number | string)));
    if ((Number(fields['flags']) & 1) === 0) kernel.symbol(address, Number(fields['length']), String(fields['name']));
    return true;
  }
  lost.records++;
  lost.samples += Number(fields['lost']);
  return true;
};
