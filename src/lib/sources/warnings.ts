import type { Warning } from './source.ts';

/** Collects warnings about a source's content: each once, with the number of its occurrences. */
export interface Complaints {
  add(t: number, say: string): void;
  warnings(): readonly Warning[];
}

const MOST = 50;
const LONGEST = 120;

/** Host text for a sentence: shortened, with control characters made visible. */
export const quoted = (got: string): string =>
  JSON.stringify(got.length > LONGEST ? `${got.slice(0, LONGEST)}...` : got);

/** An empty collection for one source. */
export const newComplaints = (source: string): Complaints => {
  const seen = new Map<string, { readonly t: number; times: number }>();
  let more = 0;
  return {
    add(t, say) {
      const known = seen.get(say);
      if (known) known.times++;
      else if (seen.size < MOST) seen.set(say, { t, times: 1 });
      else more++;
    },
    warnings() {
      const all: Warning[] = [...seen].map(([say, { t, times }]) => ({
        t,
        source,
        say: times > 1 ? `${say} (${times} times)` : say,
      }));
      return more > 0 ? [...all, { source, say: `${more} more warnings of other kinds` }] : all;
    },
  };
};
