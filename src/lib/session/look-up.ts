import { type Answer, answerFrom } from '../answer/answer.ts';
import type { How } from '../answer/how.ts';
import type { ColumnDoc } from '../columns/column.ts';
import { growTable } from '../columns/grow.ts';
import { processes } from '../sources/proc/processes.ts';
import type { Backend } from './backend.ts';

type Docs = Readonly<Record<string, ColumnDoc>>;
type Rows = readonly object[];

const HOST: ColumnDoc = { unit: '', doc: 'The host.', key: true };

/** The columns of the source `processes`, without the time. */
const processColumns = Object.entries<ColumnDoc>(processes.columns)
  .filter(([name]) => name !== 't' && name !== 'ended')
  .map(([name, { clock: _, ...doc }]) => [name, doc] as const);

/** A process. */
export const PROCESS: Docs = { host: HOST, ...Object.fromEntries(processColumns) };

/** Which questions can be asked of a host. */
export const CHECK: Docs = {
  host: HOST,
  about: { unit: '', doc: 'question, program (a method for programs of your own) or host.' },
  question: { unit: '', doc: 'The question or source, a row per tool; the method; or what of the host.', key: true },
  verdict: { unit: '', doc: 'yes, partly, no or not allowed.' },
  tool: { unit: '', doc: 'The tool that would capture it; of the host what was found.' },
  cannotSee: { unit: '', doc: 'What it would not see, and why; empty if it sees all.' },
  costs: { unit: '', doc: 'What it reads; for a recording, what it cost.' },
  fix: { unit: '', doc: 'What you can do about it; the product only prints it.' },
  known: {
    unit: '',
    doc: 'How this is known: read, likely (by tools and rights), tried (attached for a moment) or recorded.',
  },
};

/** Whether processes can be profiled with complete stacks and names. */
export const TARGET: Docs = {
  host: HOST,
  pid: { unit: 'id', doc: 'Process id.', key: true, ref: 'pid' },
  process: { unit: '', doc: 'Its name (comm).' },
  verdict: { unit: '', doc: 'yes: complete stacks with names; partly, no or not allowed.' },
  runtime: { unit: '', doc: 'Its language runtime; native if none was recognised.' },
  version: { unit: '', doc: 'Version of the runtime, if a path or a file beside it tells.' },
  pointers: {
    unit: '',
    doc: 'Whether its functions keep frame pointers, by a sample of its code: yes, some, no, unknown.',
  },
  libc: { unit: '', doc: 'The same of the C library that it maps.' },
  map: {
    unit: '',
    doc: 'Whether names of code compiled at run time are known: a perf map, or a switch that writes one.',
  },
  symbols: { unit: '', doc: 'Whether its program has a table of all its symbols.' },
  cannotSee: { unit: '', doc: 'What a profile would not show, and why; empty if it shows all.', role: 'below' },
  fix: { unit: '', doc: 'What you can do about it; the product only prints it.', role: 'below' },
};

/** A leftover that an audit found. */
export const LEFT: Docs = {
  host: HOST,
  kind: { unit: '', doc: 'process, tracefs, probe, bpf, setting, file or socket.' },
  left: { unit: '', doc: 'What was found.' },
};

/** What an ask would do, a row for each step. */
export const PLAN: Docs = {
  host: HOST,
  question: { unit: '', doc: 'The question or source that the step is for.', key: true },
  step: { unit: '', doc: 'look up (processes), read, run, run if that fails, skip, fetch afterwards, or write here.' },
  tool: { unit: '', doc: 'What reads or runs.' },
  command: { unit: '', doc: 'The files that are read, or the program as one would type it.' },
  right: { unit: '', doc: 'As which user.' },
  hz: { unit: 'Hz', doc: 'Samples per second; of a CPU profile for each CPU.' },
  overhead: { unit: '', doc: 'What it costs at most: seconds, samples, share of a CPU, bytes.' },
  stays: { unit: '', doc: 'What is left afterwards, and where.' },
  why: { unit: '', doc: 'Why a tool is skipped, and what fixes it.' },
};

/** Provenance of a table that was not captured. */
const lookedUp = (what: string, hosts: string): How => ({
  id: what,
  as: what,
  question: what,
  tool: 'the connection',
  reader: '',
  whyNotBetter: 'No capture is needed: these are facts about the connection.',
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

/** An answer made of facts, without a capture. */
export const lookUp = (docs: Docs, rows: Rows, what: string, hosts: string, say: string): Answer => {
  const table = growTable(docs);
  for (const row of rows) table.push({ ...row });
  return answerFrom(table.table(), lookedUp(what, hosts), { say });
};

/** The rows of every host, each with the name of its host. */
export const fromEach = async <T extends object>(
  backends: readonly Backend[],
  get: (backend: Backend) => Promise<readonly T[]>,
): Promise<readonly (T & { host: string })[]> =>
  (
    await Promise.all(
      backends.map(async (backend) => (await get(backend)).map((row) => ({ ...row, host: backend.url }))),
    )
  ).flat();
