import { type Answer, answerFrom } from '../answer/answer.ts';
import type { How } from '../answer/how.ts';
import type { ColumnDoc } from '../columns/column.ts';
import { growTable } from '../columns/grow.ts';
import { asFraction } from '../duration.ts';
import { FridayError } from '../errors.ts';
import type { ProcessFact } from '../recording/format.ts';
import { askAll } from './ask.ts';
import type { Backend } from './backend.ts';
import type { AskOptions, Host, Limits, Selection } from './host.ts';
import { liveBackend } from './live.ts';
import { askedFor, sourceNamed } from './names.ts';
import { pending, type Pending, soon } from './pending.ts';
import { recordedBackend } from './recorded.ts';
import { matches } from './selection.ts';

const backendFor = (url: string, limits: Limits): Promise<Backend> => {
  if (url.trim() === '') {
    throw new FridayError('usage', 'connect: expected a host, got an empty text', {
      next: "Write connect('local:'), connect('ssh://user@host'), an alias of ~/.ssh/config, or connect('recording:DIR').",
    });
  }
  if (url.startsWith('recording:')) return recordedBackend(url.slice('recording:'.length));
  return liveBackend(url, limits.maxCpu === undefined ? undefined : asFraction(limits.maxCpu, 'maxCpu'));
};

type Docs = Readonly<Record<string, ColumnDoc>>;
type Rows = readonly Readonly<Record<string, number | string | undefined>>[];

const PROCESS: Docs = {
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

const LEFT: Docs = {
  host: { unit: '', doc: 'Which host.', key: true },
  kind: { unit: '', doc: 'process, tracefs, probe, bpf, setting, file or socket.' },
  left: { unit: '', doc: 'What was found.' },
};

const PLAN: Docs = {
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

const lookUp = (docs: Docs, rows: Rows, what: string, hosts: string, say: string): Answer => {
  const table = growTable(docs);
  for (const row of rows) table.push(row);
  return answerFrom(table.table(), lookedUp(what, hosts), { say });
};

const hostOf = (backends: readonly Backend[]): Host => {
  const name = backends.map(({ url }) => url).join(', ');
  const each = async <T extends object>(get: (backend: Backend) => Promise<readonly T[]>) =>
    (
      await Promise.all(
        backends.map(async (backend) => (await get(backend)).map((row) => ({ host: backend.url, ...row }))),
      )
    ).flat();

  const ask = (questions: string | Readonly<Record<string, string>>, options: AskOptions = {}): Pending<never> => {
    const code = `host.ask(${JSON.stringify(questions)}, ${JSON.stringify(options)})`;
    if (typeof questions !== 'string') return askAll(backends, questions, options, code) as Pending<never>;
    const all = askAll(backends, { [options.as ?? questions]: questions }, options, code);
    const only = (answers: Record<string, Answer> | undefined): Answer | undefined => Object.values(answers ?? {})[0];
    return pending(all.then(only), { sofar: () => only(all.sofar), stop: () => void all.stop() }) as Pending<never>;
  };

  const plan = (questions: string | Readonly<Record<string, string>>, { hz = 1 }: AskOptions = {}): Answer => {
    const asked = typeof questions === 'string' ? [questions] : Object.values(questions);
    const sources = [...new Set(asked.flatMap((each) => askedFor(each).sources))].map(sourceNamed);
    const rows = sources.map(({ name, recipe, doc }) => ({
      name,
      reads: recipe.read.join(' '),
      hz: recipe.perProcess ? Math.min(hz, 1) : hz,
      doc,
    }));
    return lookUp(
      PLAN,
      rows,
      'plan',
      name,
      `${String(rows.length)} sources would be read on ${name}; nothing is installed or changed`,
    );
  };

  return {
    name,
    live: backends.some(({ live }) => live),
    ask: ask as Host['ask'],
    plan: (questions, options) => soon(Promise.resolve(plan(questions, options))),
    find: (who: string | Selection) =>
      soon(
        each<ProcessFact>((backend) => backend.processes()).then((all) => {
          const found = all.filter((process) => matches(who, process));
          return lookUp(
            PROCESS,
            found as unknown as Rows,
            'find',
            name,
            `${String(found.length)} of ${String(all.length)} processes match`,
          ) as Answer<ProcessFact>;
        }),
      ),
    audit: () =>
      soon(
        each((backend) => backend.audit()).then(
          (left) =>
            lookUp(
              LEFT,
              left,
              'audit',
              name,
              left.length === 0
                ? `nothing of ours is left on ${name}`
                : `${String(left.length)} things are left on ${name}`,
            ) as never,
        ),
      ),
    close: async () => {
      await Promise.all(backends.map((backend) => backend.close()));
    },
  };
};

/**
 * Connects to a host: 'local:', 'ssh://[user@]host[:port]', an alias of ~/.ssh/config, 'recording:DIR', or a list of
 * these, whose answers then have a `host` column. Nothing is installed there and nothing stays. Throws a FridayError of
 * kind unreachable, auth, host-key, not-allowed or usage that says what to do.
 */
export const connect = async (url: string | readonly string[], limits: Limits = {}): Promise<Host> => {
  const urls = typeof url === 'string' ? [url] : url;
  if (urls.length === 0)
    throw new FridayError('usage', 'connect: got an empty list', { next: 'Give at least one host.' });
  const made = await Promise.allSettled(urls.map((each) => backendFor(each, limits)));
  const failed = made.find((result) => result.status === 'rejected');
  const backends = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (failed === undefined) return hostOf(backends);
  await Promise.all(backends.map((backend) => backend.close()));
  throw failed.reason;
};
