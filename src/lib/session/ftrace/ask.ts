import type { Answer } from '../../answer/answer.ts';
import type { FtraceOptions } from '../../api.ts';
import { FridayError } from '../../errors.ts';
import { ftraceQuestion, readCapture } from '../../questions/ftrace.ts';
import type { Backend, Need, Run } from '../backend.ts';
import { captureAll } from '../capture.ts';
import type { Pending } from '../pending.ts';
import { collectFtrace } from './collect.ts';
import { ftraceNeed, ftraceOrder, wantedEvents } from './options.ts';
import { typedFtrace } from './typed.ts';

/** What the kernel says of a filter, which is the caller's to correct; any other error stays what it is. */
const explained = (error: unknown): unknown => {
  if (!(error instanceof FridayError)) return error;
  const { kind, what, seen } = error;
  const [said] = /the filter of .*/.exec(what) ?? [];
  const next = 'Correct it: https://docs.kernel.org/trace/events.html#event-filtering';
  if (said !== undefined) return new FridayError('usage', `ftrace: ${said}`, { next, seen, cause: error });
  if (!what.startsWith('ftrace: no tool of this host could be started')) return error;
  return new FridayError(kind, what, { next: 'The host gave that reason: correct it there, or ask again.', seen, cause: error }); // prettier-ignore
};

/** What to record on one host, as soon as it has told which events it has. */
export const tracingNeed = async (
  backend: Pick<Backend, 'events' | 'about'>,
  options: FtraceOptions,
  need: Omit<Need, 'programs'>,
): Promise<Need> => {
  const order = ftraceOrder(options, await backend.events(need.sudo), backend.about.host);
  const [event = ''] = order.events;
  return { ...need, programs: [{ question: ftraceQuestion({ order, event, typed: typedFtrace, read: readCapture }) }] };
};

/** The same host, whose run starts an instance as soon as the host has told which events it has. */
const tracing = (backend: Backend, options: FtraceOptions): Backend => ({
  ...backend,
  run(need, onProgress): Run {
    const begin = async (): Promise<Run> => backend.run(await tracingNeed(backend, options, need), onProgress);
    const begun = begin();
    const recording = begun.then((run) => run.recording);
    const done = begun.then((run) => run.done);
    for (const promise of [recording, done]) promise.catch(() => undefined);
    return { recording, done, stop: () => void begun.then((run) => { run.stop(); }).catch(() => undefined) }; // prettier-ignore
  },
});

/** Traces events on every host; answers by the events' names. */
export const ftraceAll = (
  backends: readonly Backend[],
  options: FtraceOptions,
): Pending<Readonly<Record<string, Answer>>> => {
  const need = ftraceNeed(options);
  const wanted = wantedEvents(options);
  const code = `host.ftrace(${JSON.stringify(options)})`;
  return captureAll(
    backends.map((backend) => tracing(backend, options)),
    {
      what: `ftrace of ${wanted.join(', ')}`,
      need,
      collect: (captures) => collectFtrace(captures, wanted, code),
      explain: explained,
    },
  );
};
