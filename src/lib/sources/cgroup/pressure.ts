import { defineSource } from '../define.ts';
import { cgroupOf, fileOf } from '../formats/cgroup-file.ts';
import { parsePsi, psiColumns } from '../formats/psi.ts';

const FILES = ['cpu', 'memory', 'io'].map((resource) => `${resource}.pressure`);

/** cpu.pressure, memory.pressure and io.pressure of cgroups: https://docs.kernel.org/accounting/psi.html#cgroup2-interface */
export const cgroupPressure = defineSource({
  name: 'cgroup.pressure',
  doc: 'How long tasks of each cgroup waited for a CPU, for memory and for I/O (cgroup v2, at most 64 cgroups).',
  from: 'https://docs.kernel.org/accounting/psi.html#cgroup2-interface',
  recipe: {
    read: FILES.flatMap((file) => [`/sys/fs/cgroup/**/${file}`, `/sys/fs/cgroup/unified/**/${file}`]),
  },
  columns: {
    cgroup: { unit: '', key: true, ref: 'cgroup', doc: 'The cgroup, as /proc/PID/cgroup names it; / is the root.' },
    resource: { unit: '', key: true, doc: 'The resource that tasks waited for: cpu, memory or io.' },
    ...psiColumns,
  },
  *parse(file) {
    const cgroup = cgroupOf(file.path);
    const resource = fileOf(file.path).replace('.pressure', '');
    for (const row of parsePsi(file)) yield { cgroup, resource, ...row };
  },
});
