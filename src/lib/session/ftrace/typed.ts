import type { FtraceOrder } from '../../sources/ftrace/program.ts';
import { quote } from '../../transport/quote.ts';

const echo = (text: string, file: string): string => `echo ${/^\w+$/.test(text) ? text : quote(text)} > ${file}`;

const folder = (event: string): string => `events/${event.replace(':', '/')}`;

/** The settings of an instance as one would type them, as root. */
export const typedFtrace = ({ events, filters, kb }: FtraceOrder, pids: readonly number[]): string =>
  [
    'cd /sys/kernel/tracing/instances && mkdir own && cd own',
    echo('0', 'tracing_on'),
    echo('mono', 'trace_clock'),
    echo(String(kb), 'buffer_size_kb'),
    ...(pids.length === 0 ? [] : [echo('1', 'options/event-fork'), `ls ${pids.map((pid) => `/proc/${String(pid)}/task`).join(' ')} | grep -x '[0-9]*' > set_event_pid`]), // prettier-ignore
    ...Object.entries(filters).map(([event, text]) => echo(text, `${folder(event)}/filter`)),
    ...events.map((event) => echo('1', `${folder(event)}/enable`)),
    echo('1', 'tracing_on'),
    'cat per_cpu/cpu0/trace_pipe_raw # and of each other CPU, at the same time',
    `${echo('0', 'tracing_on')}; cd .. && rmdir own`,
  ].join('\n');
