import { unknownName } from '../../answer/names.ts';
import { FridayError } from '../../errors.ts';

/** The most events of one call: more of them are a pattern that matches too much. */
const MOST = 256;

/** A line of available_events. Names from a host become paths on it. */
const EVENT = /^[A-Za-z0-9_][\w.-]*:[A-Za-z0-9_][\w.-]*$/;

/** The events of a host: /sys/kernel/tracing/available_events. */
export const availableIn = (text: string): readonly string[] => text.split('\n').filter((line) => EVENT.test(line));

const nameOf = (event: string): string => event.slice(event.indexOf(':') + 1);

const patternOf = (wanted: string): RegExp =>
  new RegExp(`^${wanted.replace(/[^\w*]/g, '\\$&').replaceAll('*', '.*')}$`);

/** The events that one word names: 'sched:sched_switch', 'sched_switch', 'block:*'; 'ftrace' events are the kernel's own. */
const matching = (wanted: string, available: readonly string[]): readonly string[] => {
  const pattern = patternOf(wanted);
  return available.filter((event) => pattern.test(wanted.includes(':') ? event : nameOf(event)));
};

/** The host's names of the events that are wanted; throws 'usage' with near names if there is none for one of them. */
export const eventsFor = (wanted: readonly string[], available: readonly string[]): readonly string[] => {
  const found = wanted.flatMap((each) => {
    const events = matching(each, available);
    if (events.length > 0) return events;
    const known = each.includes(':') ? available : [...new Set(available.map(nameOf))];
    return unknownName('ftrace events', each, known, "A pattern lists more: events: 'block:*'.");
  });
  const events = [...new Set(found)];
  if (events.length <= MOST) return events;
  throw new FridayError(
    'usage',
    `ftrace events: expected at most ${String(MOST)} events, got ${String(events.length)}`,
    {
      next: "Name fewer: events: ['sched:sched_switch', 'block:*'].",
    },
  );
};

/** The keys of the answers: an event's name, with its system where two events have the same name. */
export const keysOf = (events: readonly string[]): ReadonlyMap<string, string> => {
  const times = Map.groupBy(events, nameOf);
  return new Map(events.map((event) => [event, (times.get(nameOf(event))?.length ?? 0) > 1 ? event : nameOf(event)]));
};
