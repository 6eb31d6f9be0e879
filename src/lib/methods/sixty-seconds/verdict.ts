import { WHOLE } from '../../answer/how.ts';
import { printable } from '../../printable.ts';
import type { Judged, Step } from './step.ts';

export interface Concluded extends Judged {
  readonly step: Step;
  /** Share of the window and population that was seen: below WHOLE nothing is cleared. */
  readonly coverage: number;
}

/** Coverage before clearance: what was not wholly seen is not cleared. */
export const withCoverage = (step: Step, judged: Judged, coverage: number): Concluded => {
  const unseen = judged.verdict === 'cleared' && coverage < WHOLE;
  const say = unseen
    ? `${judged.say} Only ${(coverage * 100).toFixed(0)} % of the window or of the host was seen, so this is not cleared.`
    : judged.say;
  // names of processes and devices are the host's: nothing in them may reach a terminal or break a line
  const culprit = printable(judged.culprit);
  return {
    ...judged,
    culprit,
    say: printable(say, 1000),
    verdict: unseen ? 'not checked' : judged.verdict,
    step,
    coverage,
  };
};

const RESOURCES = ['CPU', 'memory', 'disk', 'network', 'errors'] as const;
const NAMES: Readonly<Record<string, string>> = {
  CPU: 'the CPU',
  memory: 'memory',
  disk: 'the disk',
  network: 'the network',
  errors: 'what the kernel log says',
};

const worst = (all: readonly Concluded[]): Concluded | undefined => [...all].sort((a, b) => b.pressure - a.pressure)[0];

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

export interface Conclusion {
  /** The resources that are suspect, the most pressed first. */
  readonly suspects: readonly string[];
  readonly cleared: readonly string[];
  readonly open: readonly string[];
  /** The answer of the minute in one or two sentences. */
  readonly say: string;
}

/** What the ten steps say together: which resource is suspect, which are ruled out, which nobody looked at. */
export const conclude = (all: readonly Concluded[]): Conclusion => {
  const of = (resource: string): readonly Concluded[] =>
    all.filter(
      ({ step, verdict }) => step.component === resource && !(step.key === 'top' && verdict === 'not checked'),
    );
  const suspect = (resource: string): Concluded | undefined =>
    worst(of(resource).filter(({ verdict }) => verdict === 'suspect'));
  const suspects = RESOURCES.filter((resource) => suspect(resource) !== undefined).sort(
    (a, b) => (suspect(b)?.pressure ?? 0) - (suspect(a)?.pressure ?? 0),
  );
  const cleared = RESOURCES.filter(
    (resource) => of(resource).length > 0 && of(resource).every(({ verdict }) => verdict === 'cleared'),
  );
  const open = RESOURCES.filter((resource) => !suspects.includes(resource) && !cleared.includes(resource));
  const culprits = [
    ...new Set(
      suspects.flatMap((resource) =>
        of(resource)
          .filter(({ verdict, culprit }) => verdict === 'suspect' && culprit !== '')
          .map(({ culprit }) => culprit),
      ),
    ),
  ];
  const named = (resources: readonly string[]): string =>
    list(resources.map((resource) => NAMES[resource] ?? resource));
  const first =
    suspects.length === 0
      ? 'No resource is suspect.'
      : `Suspect: ${named(suspects)}${culprits.length > 0 ? ` (${culprits.join(', ')})` : ''}.`;
  const second = cleared.length === 0 ? '' : ` Ruled out: ${named(cleared)}.`;
  const third = open.length === 0 ? '' : ` Not settled: ${named(open)}.`;
  return { suspects, cleared, open, say: `${first}${second}${third}` };
};
