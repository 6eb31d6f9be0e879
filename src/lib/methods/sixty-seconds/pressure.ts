import { largestBySecond, numberOf } from '../waiting/seconds.ts';
import { nothing, percent, type Step } from './step.ts';

/** /proc/pressure: for what share of each second tasks waited. */
export const pressure: Step = {
  command: '/proc/pressure',
  key: 'pressure',
  question: 'pressure',
  component: 'load',
  ask: 'In what share of each second did tasks wait for a CPU, for memory, for I/O?',
  threshold: 'none of its own: vmstat (CPU), free (memory) and iostat (I/O) judge by it',
  judge(rows) {
    if (rows.length === 0) return nothing('Pressure (/proc/pressure, Linux 4.20 and later, psi=1)');
    const worst = (resource: string): string => {
      const own = rows.filter((row) => row['resource'] === resource);
      const most = (column: string): number =>
        [...largestBySecond(own, ({ t }) => Number(t), (row) => numberOf(row, column)).values()].reduce((top, { value }) => Math.max(top, value), 0); // prettier-ignore
      return `${resource === 'io' ? 'I/O' : resource === 'cpu' ? 'a CPU' : resource} ${percent(Math.min(1, most('some')))} (all tasks: ${percent(Math.min(1, most('full')))})`;
    };
    const figures = ['cpu', 'memory', 'io'].map(worst).join(', ');
    return {
      verdict: 'cleared',
      say: `Share of the worst second in which a task waited for ${figures}.`,
      culprit: '',
      pressure: 0,
    };
  },
  figure: { kind: 'line', of: 'some', by: 'resource' },
  next: {
    say: 'In which cgroups did tasks wait?',
    code: "(await host.ask('cgroup-pressure', { seconds: 10 })).filter((d) => d.resource === 'cpu').line('some', { by: 'cgroup' })",
  },
};
