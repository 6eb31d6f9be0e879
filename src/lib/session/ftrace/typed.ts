import type { FtraceOrder } from '../../sources/ftrace/program.ts';
import { eventFolder, typedInstance } from '../../sources/ftrace/typed.ts';
import { quote } from '../../transport/quote.ts';

/** The settings of an instance as one would type them, as root. */
export const typedFtrace = (order: FtraceOrder, pids: readonly number[], as: 'pages' | 'text'): string => {
  const tasks = pids.map((pid) => `/proc/${String(pid)}/task`).join(' ');
  const typed = typedInstance(order, [
    ...(as === 'text' ? ['echo 1 > options/fields'] : []),
    ...(pids.length === 0 ? [] : ['echo 1 > options/event-fork', `ls ${tasks} | grep -x '[0-9]*' > set_event_pid`]),
    ...Object.entries(order.filters).map(([event, text]) => `echo ${quote(text)} > ${eventFolder(event)}/filter`),
  ]);
  return as === 'text' ? typed.replace(/^cat per_cpu.*$/m, 'cat trace_pipe') : typed;
};
