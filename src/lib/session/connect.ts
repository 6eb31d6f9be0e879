import type { Answer } from '../answer/answer.ts';
import { asFraction } from '../duration.ts';
import { FridayError } from '../errors.ts';
import type { ProcessFact } from '../recording/format.ts';
import { askAll } from './ask.ts';
import type { Backend, Left } from './backend.ts';
import type { AskOptions, Host, Limits, Selection } from './host.ts';
import { liveBackend } from './live.ts';
import { LEFT, lookUp, PLAN, PROCESS } from './look-up.ts';
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

const leftSay = (count: number, name: string): string =>
  count === 0 ? `nothing of ours is left on ${name}` : `${String(count)} things are left on ${name}`;

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
            found.map((process) => ({ ...process })),
            'find',
            name,
            `${String(found.length)} of ${String(all.length)} processes match`,
          ) as Answer<ProcessFact>;
        }),
      ),
    audit: () =>
      soon(
        each<Left>((backend) => backend.audit()).then(
          (left) =>
            lookUp(
              LEFT,
              left.map((row) => ({ ...row })),
              'audit',
              name,
              leftSay(left.length, name),
            ) as Answer<Left>,
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
