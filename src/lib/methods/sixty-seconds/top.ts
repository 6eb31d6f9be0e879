import { isOurLabel } from '../../our-processes.ts';
import { bytes, count, percent } from '../amounts.ts';
import { defineStep, noCulprit, nothing } from '../step.ts';

/** top: which processes exist now? It confirms the other steps. */
export const top = defineStep({
  command: 'top',
  key: 'top',
  question: 'processes',
  component: 'load',
  threshold: 'none: it only confirms the other steps',
  judge(all) {
    const rows = all.filter(({ process }) => !isOurLabel(process));
    if (rows.length === 0) return nothing('The processes');
    const blocked = rows.filter(({ state }) => state === 'D').length;
    const [first] = [...rows].sort((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0));
    const [large] = [...rows].sort((a, b) => (b.resident ?? 0) - (a.resident ?? 0));
    const cpu = `${String(first?.process)} used ${percent(first?.cpu ?? 0)} of a CPU`;
    const memory = `${String(large?.process)} holds most memory (${bytes(large?.resident ?? 0)})`;
    const waits = blocked > 0 ? `, ${count(blocked)} in uninterruptible sleep at the end` : '';
    const processes = `${count(rows.length)} ${rows.length === 1 ? 'process' : 'processes'}`;
    return noCulprit('not checked', `${processes}${waits}; ${cpu}, ${memory}.`);
  },
  figure: { kind: 'table', of: 'cpu' },
  next: {
    say: 'What is the top process: command line, user, unit, container?',
    code: "await host.find({ pid: (await host.ask('top', { seconds: 2 })).rows()[0]?.pid ?? 1 })",
  },
  fix: {},
});
