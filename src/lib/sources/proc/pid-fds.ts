import { defineSource } from '../define.ts';
import { count, lines } from '../text.ts';

const PATH = /^\/proc\/(\d+)\/(fd|limits)$/;
const LIMIT = /^Max (open files|processes) +(\d+|unlimited)/;

const limit = (value: string | undefined) => (value === undefined ? undefined : count(value));

/** /proc/PID/fd and /proc/PID/limits: https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html */
export const pidFds = defineSource({
  name: 'proc.pid.fds',
  doc: 'Open file descriptors and limits of each process with 16 or more. Read every 5 s; needs perl on the host.',
  from: 'https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html',
  recipe: { read: ['/proc/[0-9]*/limits'], counts: ['/proc/[0-9]*/fd'], every: 5 },
  columns: {
    pid: { unit: 'id', key: true, ref: 'pid', doc: 'Process id.' },
    file: { unit: '', key: true, doc: 'fd: the number of open descriptors; limits: the limits.' },
    open: { unit: 'count', doc: 'Open file descriptors.' },
    mostOpen: {
      unit: 'count',
      doc: 'Its limit of open file descriptors (RLIMIT_NOFILE, soft); absent if there is none.',
    },
    mostProcesses: {
      unit: 'count',
      doc: "Its limit of its user's processes and threads (RLIMIT_NPROC, soft); absent if there is none.",
    },
  },
  *parse({ path, text, unexpected }) {
    const [, pid, file] = PATH.exec(path) ?? [];
    if (pid === undefined) {
      unexpected('/proc/PID/fd or /proc/PID/limits', path);
      return;
    }
    const row = { pid: Number(pid), file };
    if (file === 'fd') {
      const open = count(text.trim());
      if (open === undefined) unexpected('a number', text);
      else yield { ...row, open };
      return;
    }
    const limits = new Map(
      lines(text).flatMap((line) => {
        const [, name, value] = LIMIT.exec(line) ?? [];
        return name === undefined ? [] : [[name, limit(value)] as const];
      }),
    );
    if (limits.size === 0) unexpected('Max open files and Max processes', text);
    else yield { ...row, mostOpen: limits.get('open files'), mostProcesses: limits.get('processes') };
  },
});
