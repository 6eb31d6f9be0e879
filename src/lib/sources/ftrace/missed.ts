import { COMMITTED, MISSED, STORED, type PageLayout } from './page-layout.ts';

/** A time on a CPU, in seconds like a table's column. */
export interface CpuTime {
  readonly cpu: number;
  readonly t: number;
}

/** The time of a page before which events of its CPU are missing, in ns of the trace clock. */
export interface AfterLoss {
  readonly cpu: number;
  readonly time: bigint;
}

/** Looks at the heads of a CPU's pages only; damaged pages give what comes before the damage. */
export const afterLosses = (layout: PageLayout, cpu: number, pages: Uint8Array): AfterLoss[] => {
  const { little, long, data } = layout;
  const view = new DataView(pages.buffer, pages.byteOffset, pages.length);
  const found: AfterLoss[] = [];
  for (let at = 0; at + data <= pages.length;) {
    const commit = view.getUint32(at + layout.commit, little);
    if ((commit & MISSED) !== 0) {
      const [low, high] = [layout.timeLow, layout.timeHigh].map((offset) =>
        BigInt(view.getUint32(at + offset, little)),
      );
      found.push({ cpu, time: ((high ?? 0n) << 32n) | (low ?? 0n) });
    }
    at += data + (commit & COMMITTED) + ((commit & STORED) !== 0 ? long : 0);
  }
  return found;
};
