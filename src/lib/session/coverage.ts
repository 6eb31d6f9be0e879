import { cutOf, span, type Cut } from '../recording/cut.ts';
import type { Manifest, SourceFact } from '../recording/format.ts';
import { findSource, streamOf } from '../sources/list.ts';

/** The manifest's facts on each source; undefined if it was not recorded. */
export const factsOf = (
  manifest: Manifest,
  sources: readonly string[],
): readonly (readonly [string, SourceFact | undefined])[] =>
  sources.map((name) => [name, manifest.sources[streamOf(findSource(name))]] as const);

/** Seconds of a window that starting and ending the sampler takes. */
const EDGE = 1;

/** Share of a whole window that a source's samples span; at each end up to one interval is missing. */
const spanned = ({ achieved, samples }: SourceFact, wall: number): number => {
  const missing = Math.max(0, wall - EDGE - (samples + 1) / achieved);
  return 1 - missing / Math.max(wall, Number.MIN_VALUE);
};

/** Share of the window of a cut recording; files that are read once, and logs, cover as much as the whole recording. */
const seenOfCut = (fact: SourceFact, { seen, asked }: Cut, wall: number): number => {
  const own = fact.recipe.log === true || fact.recipe.once === true ? seen : span(fact);
  return Math.min(1, own / Math.max(asked ?? wall, Number.MIN_VALUE));
};

/** Share of the window that was recorded; while recording, of the time so far. */
const seenOfWindow = (manifest: Manifest, fact: SourceFact): number => {
  const { wall } = manifest.overhead;
  const cut = cutOf(manifest);
  if (cut !== undefined) return seenOfCut(fact, cut, wall);
  if (fact.recipe.log === true || fact.recipe.once === true) return 1;
  if (fact.achieved <= 0) return manifest.status === 'open' ? 1 : 0;
  return spanned(fact, wall);
};

/**
 * The manifest is written every 10 s: before the first time, a running recording has no samples of any source in it.
 */
export const isPending = ({ status }: Manifest, { samples }: SourceFact): boolean => status === 'open' && samples === 0;

/** With one namespace read of an unknown number, we assume half. */
const OWN_ONLY_SEEN = 0.5;

/** Share of processes whose namespace was read; a small gap is due to processes that exited meanwhile. */
const seenShare = (unread: number, of: number): number => {
  const gap = unread / Math.max(1, of);
  return gap < 0.02 ? 1 : 1 - gap;
};

/** Share of the network namespaces that were read, estimated by the processes whose namespace is known. */
const namespaces = (manifest: Manifest, fact: SourceFact): number => {
  if (fact.recipe.perNetns !== true) return 1;
  const { namespaces: told } = manifest;
  if (told?.ownOnly === true) return OWN_ONLY_SEEN;
  if (told !== undefined) return seenShare(told.unread, told.of);
  // Old recordings have no such numbers in the manifest, only the sampler's warnings.
  if (fact.warnings.some(({ code }) => code === 'own-namespace-only')) return OWN_ONLY_SEEN;
  const unread = manifest.warnings.find((one) => one.code === 'namespaces-unread');
  return unread === undefined ? 1 : seenShare(unread.unread, unread.of);
};

/**
 * Share of the window that was recorded, of the source with the least. Counters lose nothing between two samples, so a
 * lower rate than asked for costs detail, not coverage.
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
