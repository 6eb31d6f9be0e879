import type { Answer } from '../answer/answer.ts';
import type { AskOptions, CheckRow, Host, Limits, Pending, PlanRow, Process, Selection, TargetRow } from '../api.ts';
import { FridayError } from '../errors.ts';
import { askAll } from './ask.ts';
import type { Backend, Left } from './backend.ts';
import { ftraceAll } from './ftrace/ask.ts';
import { liveBackend } from './live.ts';
import { CHECK, fromEach, LEFT, lookUp, PROCESS, TARGET } from './look-up.ts';
import { describeHosts } from './describe.ts';
import { askedFor, questionNames } from './names.ts';
import { ASK_OPTIONS, CHECK_OPTIONS, checkOptions, LIMITS } from './options.ts';
import { soon } from './pending.ts';
import { planning } from './plan/planning.ts';
import { bpftracing } from './own/bpftrace.ts';
import { perfing } from './own/perf.ts';
import { running } from './own/run.ts';
import { recordedBackend } from './recorded.ts';
import type { FoundProcess } from './processes.ts';
import { selecting } from './selection.ts';
import { showAs } from './shown.ts';

const backendFor = (url: string, limits: Limits): Promise<Backend> => {
  if (url.trim() === '') {
    throw new FridayError('usage', 'connect: expected a host, got an empty text', {
      next: "Write connect('local:'), connect('ssh://user@host'), an alias of ~/.ssh/config, or connect('recording:DIR').",
    });
  }
  if (url.startsWith('recording:')) return recordedBackend(url.slice('recording:'.length));
  return liveBackend(url, limits);
};

type Asking = string | Readonly<Record<string, string>>;

const asking =
  (backends: readonly Backend[]) =>
  (questions: Asking, options: AskOptions = {}): Pending<unknown> => {
    const code = `host.ask(${JSON.stringify(questions)}, ${JSON.stringify(options)})`;
    if (typeof questions !== 'string')
      return askAll(backends, { names: questions, options, code, pick: (answers) => answers });
    checkOptions('ask', options, ASK_OPTIONS);
    const names = { [options.as ?? questions]: questions };
    return askAll(backends, { names, options, code, pick: (answers) => Object.values(answers)[0] });
  };

const finding = async (backends: readonly Backend[], name: string, who: string | Selection): Promise<Answer> => {
  const selected = selecting(who);
  const all = await fromEach<FoundProcess>(backends, (backend) => backend.processes());
  const found = all.filter(selected);
  return lookUp(PROCESS, found, 'find', name, `${String(found.length)} of ${String(all.length)} processes match`);
};

const auditing = async (backends: readonly Backend[], name: string): Promise<Answer> => {
  const left = await fromEach<Left>(backends, (backend) => backend.audit());
  const say =
    left.length === 0 ? `Fast by Friday left nothing on ${name}` : `${String(left.length)} leftovers on ${name}`;
  return lookUp(LEFT, left, 'audit', name, say);
};

/** Checks the named questions, or all questions. */
const checking = async (
  backends: readonly Backend[],
  name: string,
  { for: asked, try: tries = false }: { readonly for?: readonly string[]; readonly try?: boolean },
): Promise<Answer> => {
  const recorded = tries ? backends.find(({ live }) => !live) : undefined;
  if (recorded !== undefined)
    throw new FridayError('usage', `check: try needs a live host, got ${recorded.url}`, { next: 'Leave out try.' });
  const wanted = new Map((asked ?? questionNames()).map((each) => [each, askedFor(each)]));
  const found = await fromEach<Omit<CheckRow, 'host'>>(backends, (backend) =>
    backend.check(wanted, { tries, whole: asked === undefined }),
  );
  const questions = found.filter(({ about }) => about === 'question');
  const whole = new Set(
    questions.flatMap(({ verdict, question, host }) => (verdict === 'yes' ? [`${host} ${question}`] : [])),
  );
  const all = new Set(questions.map(({ question, host }) => `${host} ${question}`));
  const say = `${name} can answer ${String(whole.size)} of ${String(all.size)} in full`;
  return lookUp(CHECK, found, 'check', name, say);
};

/** How many processes are looked at, on each host: each costs a read of up to 300 KB. */
const MOST_TARGETS = 64;

/** Whether the selected processes can be profiled with complete stacks and names. */
const checkingProcesses = async (backends: readonly Backend[], name: string, target: Selection): Promise<Answer> => {
  const selected = selecting(target);
  let left = 0;
  const found = await fromEach<Omit<TargetRow, 'host'>>(backends, async (backend) => {
    if (!backend.live) return backend.checkProcesses([]);
    const matching = (await backend.processes()).filter(selected);
    left += Math.max(0, matching.length - MOST_TARGETS);
    return backend.checkProcesses(matching.slice(0, MOST_TARGETS));
  });
  const whole = found.filter(({ verdict }) => verdict === 'yes').length;
  const more = left === 0 ? '' : `; ${String(left)} more match and were not looked at`;
  const say = `of ${String(found.length)} processes, ${String(whole)} can be profiled with complete stacks and names${more}`;
  return lookUp(TARGET, found, 'check', name, say);
};

const hostOf = (backends: readonly Backend[]): Host => {
  const name = backends.map(({ url }) => url).join(', ');
  let isClosed = false;
  const host: Host = {
    name,
    live: backends.some(({ live }) => live),
    ask: asking(backends) as Host['ask'],
    profile: ((options) => asking(backends)('cpu-profile', options)) as Host['profile'],
    offcpu: ((options) => asking(backends)('off-cpu', options)) as Host['offcpu'],
    bpftrace: (program, options) => bpftracing(backends, program, options),
    perf: (argv, options) => perfing(backends, argv, options),
    run: (argv, options) => running(backends, argv, options),
    ftrace: (options) => ftraceAll(backends, options),
    plan: (questions, options) =>
      soon(planning(backends, name, questions, options) as Promise<Answer<PlanRow>>, `plan of ${name}`),
    check: ((options: { for?: readonly string[]; try?: boolean; target?: Selection } = {}) => {
      checkOptions('check', options, CHECK_OPTIONS);
      const { for: asked, target, try: tries } = options;
      if ((asked !== undefined || tries === true) && target !== undefined)
        throw new FridayError('usage', 'check: expected for or try (questions) or target (processes), got both', {
          next: 'Call it twice: a check of questions, and a check of processes.',
        });
      const found =
        target === undefined ? checking(backends, name, options) : checkingProcesses(backends, name, target);
      return soon(found, `check of ${name}`);
    }) as Host['check'],
    find: (who) => soon(finding(backends, name, who) as Promise<Answer<Process>>, `find on ${name}`),
    audit: () => soon(auditing(backends, name), `audit of ${name}`),
    close: async () => {
      isClosed = true;
      await Promise.all(backends.map((backend) => backend.close()));
    },
  };
  return showAs(host, () => describeHosts(backends, isClosed));
};

/**
 * Connects to a host: 'local:', 'ssh://[user@]host[:port]', an alias of ~/.ssh/config, 'recording:DIR', or a list of
 * these; the answers of several hosts have a `host` column. Nothing is installed on the host and nothing stays there.
 * Throws a FridayError of kind unreachable, auth, host-key, not-allowed or usage.
 */
export const connect = async (url: string | readonly string[], limits: Limits = {}): Promise<Host> => {
  checkOptions('connect', limits, LIMITS);
  const urls = typeof url === 'string' ? [url] : url;
  if (urls.length === 0)
    throw new FridayError('usage', 'connect: expected at least one host, got an empty list', {
      next: "Write connect(['web1', 'web2']).",
    });
  const made = await Promise.allSettled(urls.map(async (each) => backendFor(each, limits)));
  const backends = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = made.find((result) => result.status === 'rejected');
  if (failed === undefined) return hostOf(backends);
  await Promise.all(backends.map((backend) => backend.close()));
  throw failed.reason;
};
