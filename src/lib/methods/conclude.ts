import type { Finding, Next } from '../api.ts';
import { printable } from '../printable.ts';
import { bySeverity, type Concluded } from './verdict.ts';

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
const RULED_OUT: Readonly<Record<string, string>> = { network: 'packet loss' };
/** What /proc never shows: in full for `open`, and short for the sentence. */
const HIDDEN = 'what /proc does not show (round-trip times, qdisc queues, waits for locks and peers)';
const NEVER = ['network round-trip times', 'queueing disciplines (tc -s qdisc)', 'waits for other programs and peers (locks, sockets: off-CPU tracing)']; // prettier-ignore
/** A finding and the sentence name at most so many culprits of a resource, worst first. */
const MOST_CULPRITS = 3;

const worst = (all: readonly Concluded[]): Concluded | undefined => [...all].sort((a, b) => b.pressure - a.pressure)[0];

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

const called = (name: string): string => NAMES[name] ?? name;

/** What a method says about the host: a finding for each resource. */
export interface Conclusion {
  /** The resources that are suspect, worst first. */
  readonly causes: readonly Finding[];
  /** Those that are ruled out. */
  readonly cleared: readonly Finding[];
  /** Everything that is undecided or not checked. */
  readonly open: readonly Finding[];
  /** Where to look next, for the worst finding first. */
  readonly next: readonly Next[];
  /** The result in a few sentences. */
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
  return { name, about, suspect, cleared, culprits: [...new Set(culprits)].slice(0, MOST_CULPRITS), undecided };
};
type Resource = ReturnType<typeof resourceOf>;

/** What to ask next after steps that are not cleared, the worst first. */
const nextOf = (all: readonly Concluded[]): readonly Next[] =>
  bySeverity(all).flatMap(({ verdict, step }) => (verdict === 'cleared' ? [] : [step.next]));

/** One finding about a resource, in the words of the step that decided it. */
const findingOf = ({ name, about, suspect, cleared, culprits, undecided }: Resource): readonly Finding[] => {
  const leading = suspect ?? undecided[0] ?? about.find(({ verdict }) => verdict !== 'cleared') ?? about[0];
  if (leading === undefined) return [];
  return [
    {
      component: cleared && suspect === undefined ? (RULED_OUT[name] ?? name) : name,
      verdict: leading.verdict,
      say: leading.say,
      threshold: leading.step.threshold,
      culprit: culprits.join('; '),
      fix: leading.fix,
      evidence: about.flatMap(({ answer }) => answer ?? []),
      next: nextOf(about),
    },
  ];
};

const neverSeen: readonly Finding[] = NEVER.map((component) => ({
  component,
  verdict: 'not checked',
  say: `/proc does not show ${component}.`,
  threshold: '',
  culprit: '',
  fix: '',
  evidence: [],
  next: [],
}));

/** The resources by verdict: suspect (worst first), ruled out, undecided, not checked. */
const sorted = (all: readonly Concluded[]) => {
  const each = RESOURCES.map((name) => resourceOf(all, name));
  const suspects = each
    .filter(({ suspect }) => suspect !== undefined)
    .sort((a, b) => (b.suspect?.pressure ?? 0) - (a.suspect?.pressure ?? 0));
  const cleared = each.filter(({ cleared: is, suspect }) => is && suspect === undefined);
  const rest = each.filter((one) => one.about.length > 0 && !suspects.includes(one) && !cleared.includes(one));
  const undecided = rest.filter((one) => one.undecided.length > 0);
  return { suspects, cleared, rest, undecided, unchecked: rest.filter((one) => !undecided.includes(one)) };
};

const undecidedSay = ({ name, undecided }: Resource): string =>
  undecided.find(({ open }) => open !== undefined)?.open ?? called(name);

const suspectSay = ({ name, culprits }: Resource): string =>
  `${called(name)}${culprits.length > 0 ? ` (${culprits.join('; ')})` : ''}`;

const sayOf = ({ suspects, cleared, undecided, unchecked }: ReturnType<typeof sorted>, cut: string): string => {
  const ruledOut = list(cleared.map(({ name }) => RULED_OUT[name] ?? called(name)));
  const sentences = [
    cut,
    suspects.length === 0 ? 'No resource is suspect.' : `Suspect: ${list(suspects.map(suspectSay))}.`,
    ruledOut === '' ? '' : `Ruled out: ${ruledOut}.`,
    undecided.length === 0 ? '' : `Undecided: ${list(undecided.map(undecidedSay))}.`,
    `Not checked: ${list([...unchecked.map(({ name }) => called(name)), HIDDEN])}.`,
  ];
  return printable(sentences.filter((each) => each !== '').join(' '), 2000);
};

/** Combines all steps: which resources are suspect, ruled out, undecided or not checked. */
export const conclude = (all: readonly Concluded[], cut = ''): Conclusion => {
  const resources = sorted(all);
  return {
    causes: resources.suspects.flatMap(findingOf),
    cleared: resources.cleared.flatMap(findingOf),
    open: [...resources.rest.flatMap(findingOf), ...neverSeen],
    next: nextOf(all),
    say: sayOf(resources, cut),
  };
};
