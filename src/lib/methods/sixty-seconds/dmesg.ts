import type { RowOf } from '../../questions/rows.ts';
import { printable } from '../../printable.ts';
import { count } from '../amounts.ts';
import { type Component, defineStep, noCulprit } from '../step.ts';

/** Messages that explain a slow host on their own, with their meaning and resource. */
const KNOWN: readonly (readonly [RegExp, string, Component])[] = [
  [/out of memory|oom-kill|killed process \d+/i, 'the OOM killer ran', 'memory'],
  [
    /i\/o error|blk_update_request|medium error|nvme\S* .*(timeout|reset)|ata\d.*(failed|error)/i,
    'a disk returned errors',
    'disk',
  ],
  [
    /blocked for more than \d+ seconds|(soft|hard) lockup - |rcu.*detected (expedited )?stalls?/i,
    'tasks or CPUs hung',
    'errors',
  ],
  [
    /possible syn flooding|dropping request|neighbou?r(ing)? table overflow|nf_conntrack: table full/i,
    'the network stack dropped requests',
    'network',
  ],
  [/mce: |hardware error|edac .* [cu]e /i, 'the hardware reported errors', 'errors'],
  [
    /cpu clock throttled|temperature above threshold|thermal.*(critical|shut)/i,
    'CPUs were throttled because of their temperature',
    'CPU',
  ],
  [/page allocation (failure|stalls)|allocation failure:/i, 'memory allocations failed or stalled', 'memory'],
  [/fork rejected by pids controller/i, 'a cgroup was refused a fork', 'limits'],
];

type Message = RowOf<'kernel-log'>;

const SEVERE = new Set(['emerg', 'alert', 'crit', 'err']);
const RECENT = -3600;
const LONGEST = 160;

const isRecent = ({ t }: Message): boolean => typeof t === 'number' && t >= RECENT;
const inWindow = ({ t }: Message): boolean => typeof t === 'number' && t >= 0;

/** A line of the kernel log, quoted, and safe for a terminal. */
const quoted = (row: Message | undefined): string => {
  const text = printable(row?.text ?? '', 1000).trim();
  return `"${text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text}"`;
};

const hitsOf = (recent: readonly Message[]) =>
  KNOWN.flatMap(([pattern, meaning, component]) => {
    const found = recent.filter(({ text }) => typeof text === 'string' && pattern.test(text));
    return found.length === 0 ? [] : [{ meaning, component, found, last: found.at(-1), now: found.some(inWindow) }];
  });

/** dmesg: which errors did the kernel log in the last hour? */
export const dmesg = defineStep({
  command: 'dmesg | tail',
  key: 'dmesg',
  question: 'kernel-log',
  component: 'errors',
  threshold:
    'a message of a known fault within the window; earlier ones, and others of level err or worse, are undecided',
  judge(rows) {
    if (rows.length === 0) {
      const say = 'The kernel log could not be read (kernel.dmesg_restrict, or no permission for /dev/kmsg).';
      return noCulprit('not checked', say, { open: 'kernel log (not readable)' });
    }
    const recent = rows.filter(isRecent);
    const hits = hitsOf(recent).sort((a, b) => Number(b.now) - Number(a.now));
    const [first] = hits;
    if (first !== undefined) {
      const each = hits.map(({ meaning, found, last }) => `${meaning} (${count(found.length)} ${found.length === 1 ? 'message' : 'messages'}, the last: ${quoted(last)})`); // prettier-ignore
      const say = `In the last hour ${each.join(', ')}.`;
      const { meaning, component, now } = first;
      // A fault that was logged before the window began may be over.
      return now
        ? { verdict: 'suspect', say, culprit: meaning, component, pressure: 2.5 }
        : noCulprit('undecided', say, { component, open: `${component === 'errors' ? 'kernel log' : component} (${meaning} in the hour before)` }); // prettier-ignore
    }
    const errors = recent.filter(({ level }) => SEVERE.has(String(level)));
    if (errors.length === 0) return noCulprit('cleared', 'The kernel logged no error in the last hour.');
    const many = `${count(errors.length)} kernel ${errors.length === 1 ? 'error' : 'errors'}`;
    const say = `${many} in the last hour${errors.length > 1 ? ', the last' : ''}: ${quoted(errors.at(-1))} Not a known fault; read it.`;
    return noCulprit('undecided', say, { open: `kernel log (${count(errors.length)} unknown ${errors.length === 1 ? 'error' : 'errors'})` }); // prettier-ignore
  },
  figure: { kind: 'table', of: 'text', latest: true },
  next: {
    say: 'Read the last messages.',
    code: "(await host.ask('dmesg', { seconds: 1 })).orderby('t', 'down').show({ rows: 30 })",
  },
  fix: {
    suspect: 'Fix what the message names: replace the disk, cool the CPUs, add memory, or raise the limit.',
    undecided: 'Look the message up, and check the device or program that it names.',
    'not checked': 'Capture as root, or allow everybody to read the log: sysctl kernel.dmesg_restrict=0',
  },
});
