import { createHash } from 'node:crypto';
import type { How } from '../answer/how.ts';
import { FridayError } from '../errors.ts';
import type { Manifest, SourceFact } from '../recording/format.ts';
import { findSource, streamOf } from '../sources/list.ts';
import type { Asked } from './names.ts';

const facts = (
  manifest: Manifest,
  sources: readonly string[],
): readonly (readonly [string, SourceFact | undefined])[] =>
  sources.map((name) => [name, manifest.sources[streamOf(findSource(name))]] as const);

/** Seconds that starting and ending the sampler take of a window. */
const EDGE = 1;

/** Share of a window that a source's samples span; up to an interval at each end is the sampling's own grain. */
const spanned = ({ achieved, samples }: SourceFact, wall: number): number => {
  const missing = Math.max(0, wall - EDGE - (samples + 1) / achieved);
  return 1 - missing / Math.max(wall, Number.MIN_VALUE);
};

const UNREAD = /^the network namespaces of (\d+) of (\d+) processes cannot be read/;
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
const covered = (manifest: Manifest, sources: readonly string[]): number =>
  Math.min(
    1,
    ...facts(manifest, sources).map(([, fact]) => {
      if (fact === undefined || fact.status === 'failed') return 0;
      if (fact.recipe.log === true || fact.recipe.once === true) return 1;
      if (fact.achieved <= 0) return 0;
      return Math.min(spanned(fact, manifest.overhead.wall), namespaces(manifest, fact));
    }),
  );

/** A recipe as a person would type it. */
const program = (manifest: Manifest, sources: readonly string[]): string =>
  facts(manifest, sources)
    .map(([name, fact]) =>
      fact === undefined
        ? `${name}: not recorded`
        : `${fact.recipe.read.join(' ')} at ${fact.achieved.toFixed(2)} Hz by ${fact.tool}`,
    )
    .join('; ');

/** What the recording says it could not see: failed and partial sources, with their reasons. */
const gaps = (manifest: Manifest, sources: readonly string[]): readonly string[] =>
  facts(manifest, sources).flatMap(([name, fact]) => {
    if (fact === undefined) return [`${name}: not in this recording`];
    const reason =
      fact.status === 'ok' ? [] : [`${name}: ${fact.status}${fact.reason === undefined ? '' : `, ${fact.reason}`}`];
    const missed = fact.recipe.perNetns ? manifest.warnings.filter(({ say: text }) => UNREAD.test(text)) : [];
    return [...reason, ...missed.map(({ say }) => say), ...fact.warnings.map(({ say }) => `${name}: ${say}`)];
  });

/** What one source of a recording could not see, and the share of the window and of the host that it saw. */
export const sourceGaps = (
  manifest: Manifest,
  name: string,
): { readonly gaps: readonly string[]; readonly coverage: number } => ({
  gaps: gaps(manifest, [name]).map((say) => say.replace(`${name}: `, '')),
  coverage: covered(manifest, [name]),
});

const ended = (manifest: Manifest): readonly string[] =>
  manifest.status === 'cut'
    ? [`what came after it was cut${manifest.reason === undefined ? '' : `: ${manifest.reason}`}`]
    : [];

/** Where an answer comes from, read from the recording that it was made of. */
export const provenance = (
  asked: Asked,
  manifest: Manifest,
  given: { readonly as: string; readonly code: string; readonly dir: string; readonly seen: number },
): How => {
  const { sources } = asked;
  const question = asked.kind === 'question' ? asked.question : undefined;
  const name = asked.kind === 'question' ? asked.question.name : asked.source.name;
  const first = manifest.clocks.at(0);
  const last = manifest.clocks.at(-1);
  const { cpu, memory, bytes, wall } = manifest.overhead;
  return {
    id: createHash('sha256').update(`${given.dir}\n${name}\n${given.as}`).digest('hex').slice(0, 12),
    as: given.as,
    question: name,
    tool: [...new Set(facts(manifest, sources).map(([, fact]) => fact?.tool ?? 'none'))].join(', ') + ' reading /proc',
    whyNotBetter: question?.whyNotBetter ?? 'It was asked for by its name.',
    cannotSee: [...(question?.cannotSee ?? []), ...gaps(manifest, sources), ...ended(manifest)],
    grain: question?.grain ?? 'totals',
    seen: given.seen,
    lost: facts(manifest, sources).reduce((sum, [, fact]) => sum + (fact?.lost ?? 0), 0),
    coverage: covered(manifest, sources),
    overhead: { ours: { cpu, memory, bytes }, added: 0, wall },
    host: manifest.host.hostname,
    kernel: manifest.host.kernel,
    tools: manifest.tools,
    program: program(manifest, sources),
    code: given.code,
    from: new Date((first?.realtime ?? 0) * 1000),
    to: new Date((last?.realtime ?? 0) * 1000),
    clockError: Math.max(0, ...manifest.clocks.map(({ error }) => error)),
    recording: given.dir,
  };
};

/** One provenance for several hosts: what any of them missed is missing, and the one that saw least bounds what is ruled out. */
export const together = (hows: readonly How[], hosts: readonly string[]): How => {
  const [first] = hows;
  if (first === undefined)
    throw new FridayError('usage', 'ask: no host is connected', { next: 'connect to one first.' });
  if (hows.length === 1) return first;
  const missed = hows.flatMap(({ cannotSee }, i) =>
    cannotSee.map((say) => (hows.every((how) => how.cannotSee.includes(say)) ? say : `${hosts[i] ?? ''}: ${say}`)),
  );
  const sum = (of: (how: How) => number): number => hows.reduce((total, how) => total + of(how), 0);
  return {
    ...first,
    cannotSee: [...new Set(missed)],
    coverage: Math.min(...hows.map(({ coverage }) => coverage)),
    lost: sum(({ lost }) => lost),
    clockError: Math.max(...hows.map(({ clockError }) => clockError)),
    overhead: {
      ours: {
        cpu: sum(({ overhead }) => overhead.ours.cpu),
        memory: sum(({ overhead }) => overhead.ours.memory),
        bytes: sum(({ overhead }) => overhead.ours.bytes),
      },
      added: sum(({ overhead }) => overhead.added),
      wall: Math.max(...hows.map(({ overhead }) => overhead.wall)),
    },
  };
};
