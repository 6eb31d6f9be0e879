import type { FtraceOptions } from '../../api.ts';
import { inSeconds } from '../../duration.ts';
import { FridayError } from '../../errors.ts';
import type { HostFacts } from '../../recording/format.ts';
import type { Need } from '../backend.ts';
import { limitsOf } from '../limits.ts';
import { checkOptions, inBytes, LIMITS } from '../options.ts';
import { eventsFor } from './events.ts';
import type { FtraceOrder } from '../../sources/ftrace/program.ts';

const OPTIONS = ['events', 'filter', 'target', 'seconds', 'buffer', ...LIMITS] as const;

const wrong = (option: string, expected: string, got: unknown, next: string): never => {
  throw new FridayError('usage', `ftrace ${option}: expected ${expected}, got ${JSON.stringify(got)}`, { next });
};

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** The events as the caller names them. */
export const wantedEvents = ({ events }: Pick<FtraceOptions, 'events'>): readonly string[] => {
  const all: readonly unknown[] = [events].flat();
  if (all.length > 0 && all.every(isText)) return all.map((event) => event.trim());
  return wrong('events', 'names of events', events, "Write events: ['sched:sched_switch'], or 'block:*'.");
};

/** A filter is one line of the kernel's file. */
const checkFilter = (filter: unknown): void => {
  const texts = typeof filter === 'object' && filter !== null ? Object.values(filter) : [filter];
  if (filter !== undefined && !texts.every((text) => isText(text) && !/[\n\0]/.test(text)))
    wrong('filter', 'a text of one line, or one by event', filter, "Write filter: 'prev_pid > 0', or { sched_switch: 'prev_pid > 0' }."); // prettier-ignore
};

/** What to record, without what only the host knows; checks all options before anything is started. */
export const ftraceNeed = (options: FtraceOptions): Omit<Need, 'programs'> => {
  checkOptions('ftrace', options, OPTIONS);
  const { seconds = 10, target, filter, buffer } = options;
  wantedEvents(options);
  checkFilter(filter);
  if (buffer !== undefined) inBytes('buffer', buffer);
  return {
    sources: [],
    seconds: inSeconds(seconds, 'seconds'),
    hz: 1,
    ...limitsOf(options),
    options: {},
    target,
  };
};

/** KB of each CPU: 8 MB, less on hosts with many CPUs or little memory, since the kernel takes all of it at once. */
const bufferOf = ({ buffer }: FtraceOptions, { cpus, memory }: Pick<HostFacts, 'cpus' | 'memory'>): number => {
  if (buffer !== undefined) return Math.max(16, Math.ceil(inBytes('buffer', buffer) / 1024));
  const all = Math.min(256 * 1024, memory > 0 ? (memory / 1024) * 0.02 : Infinity);
  return Math.max(64, Math.min(8192, Math.floor(all / cpus)));
};

/** The filters by event. One text is for all events; by name, a pattern may name several. */
const filtersOf = ({ filter }: FtraceOptions, events: readonly string[]): Record<string, string> => {
  if (filter === undefined) return {};
  if (typeof filter === 'string') return Object.fromEntries(events.map((event) => [event, filter.trim()]));
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, text]) => eventsFor([name], events).map((event) => [event, text.trim()])),
  );
};

/** What to trace on one host. `available`: its events; none if it would not tell, then the names are taken as they are. */
export const ftraceOrder = (
  options: FtraceOptions,
  available: readonly string[],
  host: Pick<HostFacts, 'cpus' | 'memory'>,
): FtraceOrder => {
  const wanted = wantedEvents(options);
  const events = available.length === 0 ? wanted : eventsFor(wanted, available);
  return { events, filters: filtersOf(options, events), kb: bufferOf(options, host) };
};
