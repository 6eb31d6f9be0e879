import type { FtraceOrder } from './program.ts';

/** The settings of an instance as one would type them, as root; `more`: lines that come before the events are enabled. */
export const typedInstance = ({ events, kb }: Pick<FtraceOrder, 'events' | 'kb'>, more: readonly string[]): string =>
  [
    'cd /sys/kernel/tracing/instances && mkdir own && cd own',
    'echo 0 > tracing_on',
    'echo mono > trace_clock',
    `echo ${String(kb)} > buffer_size_kb`,
    ...more,
    ...events.map((event) => `echo 1 > ${eventFolder(event)}/enable`),
    'echo 1 > tracing_on',
    'cat per_cpu/cpu0/trace_pipe_raw # and of each other CPU, at the same time',
    'echo 0 > tracing_on; cd .. && rmdir own',
  ].join('\n');

/** Where an event's files are in an instance. */
export const eventFolder = (event: string): string => `events/${event.replace(':', '/')}`;
