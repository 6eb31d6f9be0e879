import { defineSource } from '../define.ts';
import { count, words } from '../text.ts';

/** Written as globs because a file may not exist: a glob without a match is not an error. */
const FILES = [
  '/proc/sys/fs/file-nr',
  '/proc/sys/kernel/pid_max',
  '/proc/sys/kernel/threads-max',
  '/proc/sys/net/ipv4/ip_local_port_rang*',
  '/proc/sys/net/netfilter/nf_conntrack_ma*',
];

/** Limits of the whole host: https://docs.kernel.org/admin-guide/sysctl/ */
export const sys = defineSource({
  name: 'proc.sys',
  doc: 'Limits of the whole host: open files, processes, threads, ports, tracked connections. Read every 5 s.',
  from: 'https://docs.kernel.org/admin-guide/sysctl/',
  recipe: { read: FILES, every: 5 },
  columns: {
    name: { unit: '', key: true, doc: 'The setting: fs.file-nr, kernel.pid_max ...' },
    value: { unit: 'count', doc: 'Its value, the last number of the file.' },
    first: { unit: 'count', doc: 'The first number if the file has several: for fs.file-nr, the open files.' },
  },
  *parse({ path, text, unexpected }) {
    const values = words(text).map((word) => count(word));
    if (values.length > 3 || values.includes(undefined)) {
      unexpected('one to three numbers', text);
      return;
    }
    const name = path.replace('/proc/sys/', '').replaceAll('/', '.');
    yield { name, value: values.at(-1), first: values.length > 1 ? values[0] : undefined };
  },
});
