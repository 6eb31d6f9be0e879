import { createHash } from 'node:crypto';
import type { How } from '../answer/how.ts';
import { FridayError } from '../errors.ts';
import { cutOf, cutSentence, type Cut } from '../recording/cut.ts';
import type { Manifest } from '../recording/format.ts';
import { printable } from '../printable.ts';
import { whyNot } from '../recording/tally.ts';
import { sayWarning } from '../recording/warning.ts';
import { covered, factsOf, isPending } from './coverage.ts';
import type { Asked } from './names.ts';
import { byProgram } from './by-program.ts';
import type { Taken } from './taken.ts';

/** What was read and by which tool, as one would type it. */
const program = (manifest: Manifest, sources: readonly string[]): string =>
  factsOf(manifest, sources)
    .map(([name, fact]) =>
      fact === undefined
        ? `${name}: not recorded`
        : `${fact.recipe.read.join(' ')} at ${fact.achieved.toFixed(2)} Hz by ${fact.tool}`,
    )
    .join('; ');

/** One thing that a recording could not see, and the source that it is about, if it is about one. */
interface Gap {
  readonly source?: string;
  readonly say: string;
}

/** What the recording could not see: failed and partial sources, with their reasons. */
const gapsOf = (manifest: Manifest, sources: readonly string[]): readonly Gap[] =>
  factsOf(manifest, sources).flatMap(([source, fact]): readonly Gap[] => {
    if (fact === undefined) return [{ source, say: 'not in this recording' }];
    const why = whyNot(fact);
    const status =
      fact.status === 'ok' || isPending(manifest, fact)
        ? []
        : [{ source, say: `${fact.status}${why === undefined ? '' : `, ${why}`}` }];
    const missed = fact.recipe.perNetns ? manifest.warnings.filter(({ code }) => code === 'namespaces-unread') : [];
    return [
      ...status,
      ...missed.map((warning) => ({ say: sayWarning(warning) })),
      ...fact.warnings.map((warning) => ({ source, say: sayWarning(warning) })),
    ];
  });

const gaps = (manifest: Manifest, sources: readonly string[]): readonly string[] =>
  gapsOf(manifest, sources).map(({ source, say }) => (source === undefined ? say : `${source}: ${say}`));

/** What one source of a recording could not see, and the share of the window and of the host that it covers. */
export const sourceGaps = (
  manifest: Manifest,
  name: string,
): { readonly gaps: readonly string[]; readonly coverage: number } => ({
  gaps: gapsOf(manifest, [name]).map(({ say }) => say),
  coverage: covered(manifest, [name]),
});

/** Start and end of a recording; a lost host could not be asked for its time at the end. */
const timesOf = ({ clocks }: Manifest, cut: Cut | undefined): Pick<How, 'from' | 'to'> => {
  const from = clocks.at(0)?.realtime ?? 0;
  const to = Math.max(clocks.at(-1)?.realtime ?? 0, from + (cut?.seen ?? 0));
  return { from: new Date(from * 1000), to: new Date(to * 1000) };
};

/** Each name once, joined. */
const namesOf = (names: readonly string[]): string => [...new Set(names)].filter((name) => name !== '').join(', ');

/** The provenance of an answer, from its recording. */
export const provenance = (
  asked: Asked,
  manifest: Manifest,
  given: {
    readonly as: string;
    readonly code: string;
    readonly dir: string;
    readonly seen: number;
    readonly taken?: Taken | undefined;
  },
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
    tool: '/proc',
    reader: namesOf(factsOf(manifest, sources).map(([, fact]) => fact?.tool ?? '')),
    whyNotBetter: question?.whyNotBetter ?? 'The source was asked for by its name.',
    cannotSee: [...(question?.cannotSee ?? []), ...gaps(manifest, sources)],
    grain: question?.grain ?? 'totals',
    seen: given.seen,
    lost: factsOf(manifest, sources).reduce((sum, [, fact]) => sum + (fact?.lost ?? 0), 0),
    coverage: covered(manifest, sources),
    program: program(manifest, sources),
    ...(cut === undefined ? {} : { cut: cutSentence(cut) }),
    overhead: { ours: { cpu, memory, bytes }, added: 0, wall },
    host: manifest.host.hostname,
    kernel: manifest.host.kernel,
    tools: manifest.tools,
    code: given.code,
    ...timesOf(manifest, cut),
    clockError: Math.max(0, ...manifest.clocks.map(({ error }) => error)),
    recording: given.dir,
    ...(given.taken === undefined ? {} : byProgram(given.taken, manifest)),
  };
};

/** Which of several hosts were cut: names each, since a single host's sentence does not. */
const cutTogether = (manifests: readonly Manifest[], hosts: readonly string[]): Pick<How, 'cut'> => {
  const cuts = manifests.flatMap((manifest, i) => {
    const cut = cutOf(manifest);
    return cut === undefined ? [] : [cutSentence(cut, printable(hosts[i] ?? ''))];
  });
  return cuts.length === 0 ? {} : { cut: cuts.join(' ') };
};

/** One provenance for several hosts: the union of what they could not see, and the least coverage. */
export const together = (hows: readonly How[], manifests: readonly Manifest[], hosts: readonly string[]): How => {
  const [first] = hows;
  if (first === undefined)
    throw new FridayError('usage', 'ask: no host is connected', { next: "Connect to one: await connect('local:')." });
  if (hows.length === 1) return first;
  const missed = hows.flatMap(({ cannotSee }, i) =>
    cannotSee.map((say) => (hows.every((how) => how.cannotSee.includes(say)) ? say : `${hosts[i] ?? ''}: ${say}`)),
  );
  const calibrations = hows.map(({ overhead }, i) => overhead.calibration && `${printable(hosts[i] ?? '')}: ${overhead.calibration}`); // prettier-ignore
  const calibration = calibrations.filter((each) => each !== undefined).join('; ');
  const sum = (of: (how: How) => number): number => hows.reduce((total, how) => total + of(how), 0);
  return {
    ...first,
    reader: namesOf(hows.map(({ reader }) => reader)),
    cannotSee: [...new Set(missed)],
    coverage: Math.min(...hows.map(({ coverage }) => coverage)),
    ...cutTogether(manifests, hosts),
    lost: sum(({ lost }) => lost),
    clockError: Math.max(...hows.map(({ clockError }) => clockError)),
    overhead: {
      ours: {
        cpu: sum(({ overhead }) => overhead.ours.cpu),
        memory: sum(({ overhead }) => overhead.ours.memory),
        bytes: sum(({ overhead }) => overhead.ours.bytes),
      },
      added: sum(({ overhead }) => overhead.added),
      ...(calibration === '' ? {} : { calibration }),
      wall: Math.max(...hows.map(({ overhead }) => overhead.wall)),
    },
  };
};
