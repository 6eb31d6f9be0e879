import { cutOf, span, type Cut } from '../recording/cut.ts';
import type { Manifest, SourceFact } from '../recording/format.ts';
import { findSource, streamOf } from '../sources/list.ts';

/** What the manifest says of each source; undefined where it was not recorded. */
export const factsOf = (
  manifest: Manifest,
  sources: readonly string[],
): readonly (readonly [string, SourceFact | undefined])[] =>
  sources.map((name) => [name, manifest.sources[streamOf(findSource(name))]] as const);

/** Seconds that starting and ending the sampler take of a window. */
const EDGE = 1;

/** Share of a whole window that a source's samples span; up to an interval is missing at each end of it. */
const spanned = ({ achieved, samples }: SourceFact, wall: number): number => {
  const missing = Math.max(0, wall - EDGE - (samples + 1) / achieved);
  return 1 - missing / Math.max(wall, Number.MIN_VALUE);
};

/** Share of the window that was asked for: files that are read once, and logs, are as complete as the recording is. */
const seenOfCut = (fact: SourceFact, { seen, asked }: Cut, wall: number): number => {
  const own = fact.recipe.log === true || fact.recipe.once === true ? seen : span(fact);
  return Math.min(1, own / Math.max(asked ?? wall, Number.MIN_VALUE));
};

/** Share of the window that was seen; while it is still recorded, of the time until now. */
const seenOfWindow = (manifest: Manifest, fact: SourceFact): number => {
  const { wall } = manifest.overhead;
  const cut = cutOf(manifest);
  if (cut !== undefined) return seenOfCut(fact, cut, wall);
  if (fact.recipe.log === true || fact.recipe.once === true) return 1;
  if (fact.achieved <= 0) return manifest.status === 'open' ? 1 : 0;
  return spanned(fact, wall);
};

/** The manifest is written each 10 s: until then a running recording says of every source that nothing came. */
export const isPending = ({ status }: Manifest, { samples }: SourceFact): boolean => status === 'open' && samples === 0;

/** What the sampler says where it could not enter a network namespace. */
export const UNREAD = /^the network namespaces of (\d+) of (\d+) processes cannot be read/;
const OWN_ONLY = /^only the network namespace of the login/;

/** One of nobody knows how many. */
const OWN_ONLY_SEEN = 0.5;

/** A process that ended in the middle of the look is no gap. */
const seenShare = (unread: number, of: number): number => {
  const gap = unread / Math.max(1, of);
  return gap < 0.02 ? 1 : 1 - gap;
};

/** Share of the network namespaces that were seen, judged by the processes whose namespace could be read. */
const namespaces = (manifest: Manifest, fact: SourceFact): number => {
  if (fact.recipe.perNetns !== true) return 1;
  const { namespaces: told } = manifest;
  if (told?.ownOnly === true) return OWN_ONLY_SEEN;
  if (told !== undefined) return seenShare(told.unread, told.of);
  // Recordings made before the manifest had the number: the sampler's words.
  if (fact.warnings.some(({ say }) => OWN_ONLY.test(say))) return OWN_ONLY_SEEN;
  const [, unread, all] = manifest.warnings.map(({ say }) => UNREAD.exec(say)).find((found) => found !== null) ?? [];
  return seenShare(Number(unread ?? 0), Number(all ?? 1));
};

/**
 * Share of the window that was seen, of the source that saw least. Counters lose nothing between two samples, so a slower
 * rate than was asked for costs detail, not coverage.
 */
export const covered = (manifest: Manifest, sources: readonly string[]): number =>
  Math.min(
    1,
    ...factsOf(manifest, sources).map(([, fact]) => {
      if (fact === undefined) return 0;
      if (isPending(manifest, fact)) return 1;
      return fact.status === 'failed' ? 0 : Math.min(seenOfWindow(manifest, fact), namespaces(manifest, fact));
    }),
  );
