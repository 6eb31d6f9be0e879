import { WHOLE } from '../../answer/how.ts';
import { printable } from '../../printable.ts';
import type { Component, Judged, Step } from './step.ts';

export interface Concluded extends Judged {
  readonly step: Step;
  /** The resource of the verdict. */
  readonly component: Component;
  /** Share of the window and of the population that was seen: below WHOLE nothing is cleared. */
  readonly coverage: number;
  /** Where to look next, and what you can do about it; both '' if the step is cleared. */
  readonly next: string;
  readonly fix: string;
}

const SEE_ALL = 'Capture the whole window again; as root or with sudo if processes or namespaces were hidden.';

/** Applies coverage: what was not seen completely is not cleared. */
export const withCoverage = (step: Step, judged: Judged, coverage: number, cut?: string): Concluded => {
  const unseen = judged.verdict === 'cleared' && (coverage < WHOLE || cut !== undefined);
  const seen = cut === undefined ? `Only ${(coverage * 100).toFixed(0)} % of the window or of the host was seen` : 'The capture was cut'; // prettier-ignore
  const say = unseen ? `${judged.say} ${seen}, so nothing is ruled out.` : judged.say;
  // A host chooses the names of processes and devices: no control character may reach a terminal.
  const culprit = printable(judged.culprit, 300);
  const verdict = unseen ? 'not checked' : judged.verdict;
  return {
    ...judged,
    culprit,
    say: printable(say, 1000),
    verdict,
    next: verdict === 'cleared' ? '' : step.next.say,
    fix: unseen ? SEE_ALL : (step.fix[verdict] ?? ''),
    step,
    component: judged.component ?? step.component,
    coverage,
  };
};

const RESOURCES = ['CPU', 'memory', 'disk', 'network', 'limits', 'errors'] as const;
const NAMES: Readonly<Record<string, string>> = {
  CPU: 'the CPU',
  memory: 'memory',
  disk: 'the disk',
  network: 'the network',
  limits: 'limits',
  errors: 'kernel errors',
};

/** /proc counts lost packets and full queues, but not latency: only loss can be ruled out for the network. */
const LOSS = 'packet loss';
/** What /proc never shows: in full for `open`, and short for the sentence. */
const HIDDEN = 'what /proc does not show (round-trip times, qdisc queues, waits for locks and peers)';
const NEVER = ['network round-trip times', 'queueing disciplines (tc -s qdisc)', 'waits for other programs and peers (locks, sockets: off-CPU tracing)']; // prettier-ignore

const worst = (all: readonly Concluded[]): Concluded | undefined => [...all].sort((a, b) => b.pressure - a.pressure)[0];

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

export interface Conclusion {
  /** The resources that are suspect, worst first. */
  readonly suspects: readonly string[];
  readonly cleared: readonly string[];
  /** Everything that is undecided or not checked. */
  readonly open: readonly string[];
  /** The result of the minute in a few sentences. */
  readonly say: string;
}

/** Combines all steps about one resource. */
const resourceOf = (all: readonly Concluded[], name: string) => {
  const own = all.filter(({ component, step }) => component === name || step.component === name);
  const about = own.filter(({ component }) => component === name);
  const suspect = worst(about.filter(({ verdict }) => verdict === 'suspect'));
  const cleared = own.length > 0 && own.every(({ verdict, component }) => verdict === 'cleared' || component !== name) && about.length > 0; // prettier-ignore
  const culprits = about
    .filter(({ verdict, culprit }) => verdict === 'suspect' && culprit !== '')
    .sort((a, b) => b.pressure - a.pressure)
    .map(({ culprit }) => culprit);
  const undecided = about.filter(({ verdict }) => verdict === 'undecided');
  return { name, suspect, cleared, culprits: [...new Set(culprits)], undecided, there: about.length > 0 };
};

const undecidedSay = (name: string, undecided: readonly Concluded[]): string =>
  undecided.find(({ open }) => open !== undefined)?.open ?? NAMES[name] ?? name;

/** Combines all steps: which resources are suspect, ruled out, undecided or not checked. */
export const conclude = (all: readonly Concluded[], cut?: string): Conclusion => {
  const each = RESOURCES.map((name) => resourceOf(all, name));
  const suspects = each
    .filter(({ suspect }) => suspect !== undefined)
    .sort((a, b) => (b.suspect?.pressure ?? 0) - (a.suspect?.pressure ?? 0));
  const cleared = each.filter(({ cleared: is, suspect }) => is && suspect === undefined);
  const rest = each.filter((one) => one.there && !suspects.includes(one) && !cleared.includes(one));
  const undecided = rest.filter((one) => one.undecided.length > 0);
  const unchecked = rest.filter((one) => !undecided.includes(one));
  const labels = suspects.map(({ name, culprits }) => `${NAMES[name] ?? name}${culprits.length > 0 ? ` (${culprits.slice(0, 3).join('; ')})` : ''}`); // prettier-ignore
  const named = (ones: typeof each): readonly string[] => ones.map(({ name }) => NAMES[name] ?? name);
  const clearedNames = cleared.map(({ name }) => (name === 'network' ? LOSS : name));
  const say = [
    cut ?? '',
    suspects.length === 0 ? 'No resource is suspect.' : `Suspect: ${list(labels)}.`,
    cleared.length === 0
      ? ''
      : `Ruled out: ${list(cleared.map(({ name }) => (name === 'network' ? LOSS : (NAMES[name] ?? name))))}.`,
    undecided.length === 0 ? '' : `Undecided: ${list(undecided.map((one) => undecidedSay(one.name, one.undecided)))}.`,
    `Not checked: ${list([...named(unchecked), HIDDEN])}.`,
  ].filter((each) => each !== '');
  return {
    suspects: suspects.map(({ name }) => name),
    cleared: clearedNames,
    open: [...rest.map(({ name }) => name), ...NEVER],
    say: printable(say.join(' '), 2000),
  };
};
