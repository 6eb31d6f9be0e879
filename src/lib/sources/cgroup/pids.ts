import { defineSource } from '../define.ts';
import { cgroupOf } from '../formats/cgroup-file.ts';
import { flatKeyed } from '../formats/flat-keyed.ts';

/** pids.events of cgroups: https://docs.kernel.org/admin-guide/cgroup-v2.html#pid */
export const cgroupPids = defineSource({
  name: 'cgroup.pids',
  doc: "How often each cgroup's process limit (pids.max) refused a fork (v1 and v2, at most 64 cgroups).",
  from: 'https://docs.kernel.org/admin-guide/cgroup-v2.html#pid',
  recipe: { read: ['/sys/fs/cgroup/**/pids.events', '/sys/fs/cgroup/pids/**/pids.events'] },
  columns: {
    cgroup: { unit: '', key: true, ref: 'cgroup', doc: 'The cgroup, as /proc/PID/cgroup names it.' },
    refused: { unit: 'count', counter: true, doc: 'Forks and clones that pids.max refused.' },
  },
  *parse({ path, text, unexpected }) {
    const refused = flatKeyed({ text, unexpected }).get('max');
    if (refused !== undefined) yield { cgroup: cgroupOf(path), refused };
  },
});
