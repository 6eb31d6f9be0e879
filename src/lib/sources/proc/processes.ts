import type { ColumnDocs } from '../../columns/column.ts';
import { time, usualUnits } from '../define.ts';
import { processTable } from '../formats/process-table.ts';
import { growRows } from '../grow-rows.ts';
import type { Source } from '../source.ts';

const text = (doc: string) => ({ unit: '', doc }) as const;

const columns = {
  t: { ...time, doc: 'When it was first seen; the start of the recording if it existed then.' },
  pid: { unit: 'id', key: true, ref: 'pid', doc: 'Process id.' },
  started: { unit: 's', key: true, clock: 'boottime', doc: 'Start time in seconds since boot.' },
  ended: { unit: 's', clock: 'monotonic', doc: 'When it was found to have exited; absent while it exists.' },
  ppid: { unit: 'id', ref: 'pid', doc: 'Parent.' },
  name: text('Name of the program: comm.'),
  cmd: text('Command line, its first 4096 bytes; empty for kernel threads.'),
  exe: text('The executable file.'),
  user: text("The user's name, or the uid if it has no name."),
  unit: text('The systemd unit: nginx.service.'),
  cgroup: { unit: '', ref: 'cgroup', doc: 'The cgroup.' },
  container: text("The container's id, 12 digits, or its name."),
  pod: text('The uid of the Kubernetes pod.'),
  netns: { unit: '', ref: 'netns', doc: 'The network namespace, by inode.' },
  runtime: text('The language runtime: node, java, python ...'),
} as const satisfies ColumnDocs;

const absentWhereEmpty = (value: string): string | undefined => (value === '' ? undefined : value);

/**
 * The process table, because pids alone mean nothing later.
 * https://docs.kernel.org/filesystems/proc.html#process-specific-subdirectories
 */
export const processes: Source<'processes', typeof columns> = {
  name: 'processes',
  doc: 'Identity of each process: command line, program, user, unit, container, pod, namespace. One row per process.',
  from: 'https://docs.kernel.org/filesystems/proc.html#process-specific-subdirectories',
  recipe: {
    read: ['/etc/passwd', ...['stat', 'status', 'cmdline', 'cgroup'].map((file) => `/proc/[0-9]*/${file}`)],
    links: ['/proc/[0-9]*/exe', '/proc/[0-9]*/ns/net'],
    perProcess: true,
    once: true,
  },
  columns,
  decoder({ ticks } = usualUnits) {
    const known = processTable();
    return {
      add: (sample) => {
        known.add(sample);
      },
      table() {
        const rows = growRows(columns, () => undefined);
        for (const { seen, started, pid, ppid, ended, name, cmd, ...strings } of known.facts()) {
          const { exe, user, unit, cgroup, container, pod, netns, runtime } = strings;
          const who = { exe, user, unit, cgroup, container, pod, netns, runtime };
          const texts = Object.entries(who).map(([key, value]) => [key, absentWhereEmpty(value)] as const);
          rows.push({ t: seen, pid, started: started / ticks, ended, ppid, name, cmd, ...Object.fromEntries(texts) });
        }
        return { table: rows.table(), warnings: known.warnings() };
      },
    };
  },
};
