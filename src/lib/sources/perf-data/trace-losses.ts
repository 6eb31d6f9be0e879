import { readEvent, timeOf } from './events.ts';
import { RECORD } from './format.ts';
import type { Session } from './session.ts';

/** Samples that were lost; `t` in seconds like the tables' column, `cpu` whose buffer was full. */
export interface Loss {
  /** When the buffer had room again; absent if the record does not say, as in the sums at the end of a file. */
  readonly t?: number;
  readonly cpu?: number;
  readonly samples: number;
}

/** Collects LOST and LOST_SAMPLES records. */
export interface Losses {
  take(session: Session, view: DataView, at: number): void;
  readonly sum: { readonly records: number; readonly samples: number };
  /** The losses, with times since `first` (ns of the file's clock). */
  list(first: bigint): Loss[];
}

const NEVER = [0n, 0xffff_ffff_ffff_ffffn];

export const newLosses = (): Losses => {
  const all: { readonly time: bigint | undefined; readonly cpu: number | undefined; readonly samples: number }[] = [];
  let [told, counted] = [0, 0];
  return {
    take(session, view, at) {
      const event = readEvent(session, view, at);
      const samples = Number(event.fields['lost'] ?? 0);
      const time = timeOf(event);
      const exact = time === undefined ? undefined : BigInt(time);
      if (event.number === RECORD.LOST) told += samples;
      else counted += samples;
      all.push({ time: exact === undefined || NEVER.includes(exact) ? undefined : exact, cpu: event.id?.cpu, samples });
    },
    get sum() {
      return { records: all.length, samples: told + counted };
    },
    list: (first) =>
      all.map(({ time, cpu, samples }) => ({
        samples,
        ...(time === undefined ? {} : { t: Number(time - first) / 1e9 }),
        ...(time === undefined || cpu === undefined ? {} : { cpu }),
      })),
  };
};
