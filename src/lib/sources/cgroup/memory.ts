import { defineSource } from '../define.ts';
import { cgroupOf, fileOf } from '../formats/cgroup-file.ts';
import { flatKeyed } from '../formats/flat-keyed.ts';
import { number } from '../text.ts';

const events = (doc: string) => ({ unit: 'count', counter: true, doc }) as const;

/** memory.events of v2; memory.failcnt and memory.oom_control of v1: https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files */
export const cgroupMemory = defineSource({
  name: 'cgroup.memory',
  doc: 'How often each cgroup reached its memory limits, and how many of its processes were OOM-killed (v1 and v2, at most 64 cgroups).',
  from: 'https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files',
  recipe: {
    read: [
      '/sys/fs/cgroup/**/memory.events',
      '/sys/fs/cgroup/memory/**/memory.failcnt',
      '/sys/fs/cgroup/memory/**/memory.oom_control',
    ],
  },
  columns: {
    cgroup: { unit: '', key: true, ref: 'cgroup', doc: 'The cgroup, as /proc/PID/cgroup names it.' },
    file: { unit: '', key: true, doc: 'The file with the counters.' },
    low: events('Times that it was reclaimed although its usage was below memory.low.'),
    high: events('Times that its usage exceeded memory.high: its tasks had to reclaim.'),
    max: events(
      'Times that its usage reached its limit (memory.max, or limit_in_bytes of v1): its tasks had to reclaim.',
    ),
    oom: events('Times that reclaim at the limit failed.'),
    oomKills: events('Its processes that the OOM killer killed.'),
  },
  *parse({ path, text, unexpected }) {
    const row = { cgroup: cgroupOf(path), file: fileOf(path) };
    if (row.file === 'memory.failcnt') {
      const max = number(text.trim());
      if (max === undefined) unexpected('a number', text);
      else yield { ...row, max };
      return;
    }
    const found = flatKeyed({ text, unexpected });
    const [low, high, max, oom, oomKills] = ['low', 'high', 'max', 'oom', 'oom_kill'].map((name) => found.get(name));
    if (found.size > 0) yield { ...row, low, high, max, oom, oomKills };
  },
});
