import { type Answer, answerFrom } from '../answer/answer.ts';
import type { How } from '../answer/how.ts';
import type { ColumnDoc } from '../columns/column.ts';
import { growTable } from '../columns/grow.ts';

type Docs = Readonly<Record<string, ColumnDoc>>;
type Rows = readonly object[];

/** Who a process was. */
export const PROCESS: Docs = {
  host: { unit: '', doc: 'Which host.', key: true },
  pid: { unit: '', doc: 'Process id.', key: true, ref: 'pid' },
  started: {
    unit: 'ticks',
    doc: 'Start time since boot in clock ticks: with the pid it names one process for ever.',
    key: true,
  },
  name: { unit: '', doc: 'comm, at most 15 bytes.' },
  cmd: { unit: '', doc: 'Command line.' },
  exe: { unit: '', doc: 'The program file.' },
  user: { unit: '', doc: 'Effective user.' },
  unit: { unit: '', doc: 'systemd unit.' },
  cgroup: { unit: '', doc: 'Control group.', ref: 'cgroup' },
  container: { unit: '', doc: 'Container id.' },
  pod: { unit: '', doc: 'Kubernetes pod.' },
  netns: { unit: '', doc: 'Network namespace.', ref: 'netns' },
  runtime: { unit: '', doc: 'Language runtime, where it shows.' },
};

/** What can be asked. */
export const CHECK: Docs = {
  host: { unit: '', doc: 'Which host.', key: true },
  question: { unit: '', doc: 'The question or source.', key: true },
  verdict: { unit: '', doc: 'yes, partly, no or not allowed.' },
  tool: { unit: '', doc: 'What reads it there.' },
  cannotSee: { unit: '', doc: 'What it would not see, and why; empty where it sees all.' },
  costs: { unit: '', doc: 'What it reads; of a recording: what it took.' },
  fix: { unit: '', doc: 'What you may do about it; nothing of this is done for you.' },
};

/** What an audit finds. */
export const LEFT: Docs = {
  host: { unit: '', doc: 'Which host.', key: true },
  kind: { unit: '', doc: 'process, tracefs, probe, bpf, setting, file or socket.' },
  left: { unit: '', doc: 'What was found.' },
};

/** What a question would read. */
export const PLAN: Docs = {
  name: { unit: '', doc: 'The source.' },
  reads: { unit: '', doc: 'The files that are read on the host.' },
  hz: { unit: 'Hz', doc: 'How often.' },
  doc: { unit: '', doc: 'What it says.' },
};

/** Provenance of what was looked up rather than captured. */
const lookedUp = (what: string, hosts: string): How => ({
  id: what,
  as: what,
  question: what,
  tool: 'the connection itself',
  whyNotBetter: 'A look-up, not a capture.',
  cannotSee: [],
  grain: 'events',
  seen: 0,
  lost: 0,
  coverage: 1,
  overhead: { ours: { cpu: 0, memory: 0, bytes: 0 }, added: 0, wall: 0 },
  host: hosts,
  kernel: '',
  tools: {},
  program: what,
  code: what,
  from: new Date(),
  to: new Date(),
  clockError: 0,
  recording: '',
});

/** An answer out of rows that were looked up rather than captured. */
export const lookUp = (docs: Docs, rows: Rows, what: string, hosts: string, say: string): Answer => {
  const table = growTable(docs);
  for (const row of rows) table.push({ ...row });
  return answerFrom(table.table(), lookedUp(what, hosts), { say });
};
