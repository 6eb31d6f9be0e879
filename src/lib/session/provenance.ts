import { createHash } from 'node:crypto';
import type { How } from '../answer/how.ts';
import { FridayError } from '../errors.ts';
import { cutOf, cutSentence, type Cut } from '../recording/cut.ts';
import type { Manifest } from '../recording/format.ts';
import { printable } from '../printable.ts';
import { covered, factsOf, isPending, UNREAD } from './coverage.ts';
import type { Asked } from './names.ts';

/** What was read and by which tool, as one would type it. */
const program = (manifest: Manifest, sources: readonly string[]): string =>
  factsOf(manifest, sources)
    .map(([name, fact]) =>
      fact === undefined
        ? `${name}: not recorded`
        : `${fact.recipe.read.join(' ')} at ${fact.achieved.toFixed(2)} Hz by ${fact.tool}`,
    )
    .join('; ');

/** What the recording could not see: failed and partial sources, with their reasons. */
const gaps = (manifest: Manifest, sources: readonly string[]): readonly string[] =>
  factsOf(manifest, sources).flatMap(([name, fact]) => {
    if (fact === undefined) return [`${name}: not in this recording`];
    const reason =
      fact.status === 'ok' || isPending(manifest, fact)
        ? []
        : [`${name}: ${fact.status}${fact.reason === undefined ? '' : `, ${fact.reason}`}`];
    const missed = fact.recipe.perNetns ? manifest.warnings.filter(({ say: text }) => UNREAD.test(text)) : [];
    return [...reason, ...missed.map(({ say }) => say), ...fact.warnings.map(({ say }) => `${name}: ${say}`)];
  });

/** What one source of a recording could not see, and the share of the window and of the host that it covers. */
export const sourceGaps = (
  manifest: Manifest,
  name: string,
): { readonly gaps: readonly string[]; readonly coverage: number } => ({
  gaps: gaps(manifest, [name]).map((say) => say.replace(`${name}: `, '')),
  coverage: covered(manifest, [name]),
});

/** Start and end of a recording; a lost host could not be asked for its time at the end. */
const timesOf = ({ clocks }: Manifest, cut: Cut | undefined): Pick<How, 'from' | 'to'> => {
  const from = clocks.at(0)?.realtime ?? 0;
  const to = Math.max(clocks.at(-1)?.realtime ?? 0, from + (cut?.seen ?? 0));
  return { from: new Date(from * 1000), to: new Date(to * 1000) };
};

/** The provenance of an answer, from its recording. */
export const provenance = (
  asked: Asked,
  manifest: Manifest,
  given: { readonly as: string; readonly code: string; readonly dir: string; readonly seen: number },
): How => {
  const { sources } = asked;
  const question = asked.kind === 'question' ? asked.question : undefined;
  const name = asked.kind === 'question' ? asked.question.name : asked.source.name;
  const cut = cutOf(manifest);
  const { cpu, memory, bytes, wall } = manifest.overhead;
  return {
    id: createHash('sha256').update(`${given.dir}\n${name}\n${given.as}`).digest('hex').slice(0, 12),
    as: given.as,
    question: name,
    tool:
      [...new Set(factsOf(manifest, sources).map(([, fact]) => fact?.tool ?? 'none'))].join(', ') + ' reading /proc',
    whyNotBetter: question?.whyNotBetter ?? 'The source was asked for by its name.',
    cannotSee: [...(question?.cannotSee ?? []), ...gaps(manifest, sources)],
    grain: question?.grain ?? 'totals',
    seen: given.seen,
    lost: factsOf(manifest, sources).reduce((sum, [, fact]) => sum + (fact?.lost ?? 0), 0),
    coverage: covered(manifest, sources),
    ...(cut === undefined ? {} : { cut: cutSentence(cut) }),
    overhead: { ours: { cpu, memory, bytes }, added: 0, wall },
    host: manifest.host.hostname,
    kernel: manifest.host.kernel,
    tools: manifest.tools,
    program: program(manifest, sources),
    code: given.code,
    ...timesOf(manifest, cut),
    clockError: Math.max(0, ...manifest.clocks.map(({ error }) => error)),
    recording: given.dir,
  };
};

/** Which of several hosts were cut: names each, since a single host's sentence does not. */
const cutTogether = (hows: readonly How[], hosts: readonly string[]): Pick<How, 'cut'> => {
  const cuts = hows.flatMap(({ cut }, i) =>
    cut === undefined ? [] : [cut.replace(/^Cut after/, `${printable(hosts[i] ?? '')} was cut after`)],
  );
  return cuts.length === 0 ? {} : { cut: cuts.join(' ') };
};

/** One provenance for several hosts: the union of what they could not see, and the least coverage. */
export const together = (hows: readonly How[], hosts: readonly string[]): How => {
  const [first] = hows;
  if (first === undefined)
    throw new FridayError('usage', 'ask: no host is connected', { next: "Connect to one: await connect('local:')." });
  if (hows.length === 1) return first;
  const missed = hows.flatMap(({ cannotSee }, i) =>
    cannotSee.map((say) => (hows.every((how) => how.cannotSee.includes(say)) ? say : `${hosts[i] ?? ''}: ${say}`)),
  );
  const sum = (of: (how: How) => number): number => hows.reduce((total, how) => total + of(how), 0);
  return {
    ...first,
    cannotSee: [...new Set(missed)],
    coverage: Math.min(...hows.map(({ coverage }) => coverage)),
    ...cutTogether(hows, hosts),
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
