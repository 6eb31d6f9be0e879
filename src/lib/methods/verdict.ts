import { WHOLE } from '../answer/how.ts';
import { printable } from '../printable.ts';
import type { Answer, Verdict } from '../api.ts';
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
  /** The answer that was judged. */
  readonly answer?: Answer;
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

/** From the worst verdict to the best. */
const SEVERITY: readonly Verdict[] = ['cause', 'suspect', 'undecided', 'not checked', 'cleared'];

/** The worst first; of suspects the one with the most pressure, others in the order of the steps. */
export const bySeverity = <Each extends Concluded>(all: readonly Each[]): readonly Each[] =>
  [...all].sort(
    (a, b) =>
      SEVERITY.indexOf(a.verdict) - SEVERITY.indexOf(b.verdict) ||
      (a.verdict === 'suspect' ? b.pressure - a.pressure : 0),
  );
