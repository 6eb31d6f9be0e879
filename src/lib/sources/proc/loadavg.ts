import { defineSource } from '../define.ts';
import { decimal, number, words } from '../text.ts';

const damped = 'tasks running, runnable or in uninterruptible sleep, exponentially damped over';

/** /proc/loadavg: https://docs.kernel.org/filesystems/proc.html#kernel-data */
export const loadavg = defineSource({
  name: 'proc.loadavg',
  doc: 'The load averages and the number of tasks.',
  from: 'https://man7.org/linux/man-pages/man5/proc_loadavg.5.html',
  recipe: { read: ['/proc/loadavg'] },
  columns: {
    one: { unit: 'tasks', doc: `Load average: ${damped} 1 minute.` },
    five: { unit: 'tasks', doc: `Load average: ${damped} 5 minutes.` },
    fifteen: { unit: 'tasks', doc: `Load average: ${damped} 15 minutes.` },
    runnable: { unit: 'tasks', doc: 'Tasks running or runnable at the time of the sample.' },
    tasks: { unit: 'tasks', doc: 'Existing tasks (processes and threads).' },
    last: { unit: 'id', doc: 'The process id that was assigned last.' },
  },
  *parse({ text, unexpected }) {
    const [one, five, fifteen, tasks, last] = words(text);
    const [runnable, all] = tasks?.split('/') ?? [];
    const row = {
      one: decimal(one),
      five: decimal(five),
      fifteen: decimal(fifteen),
      runnable: number(runnable),
      tasks: number(all),
      last: number(last),
    };
    if (Object.values(row).includes(undefined)) unexpected('three averages, n/n and a pid', text);
    if (row.one !== undefined) yield row;
  },
});
