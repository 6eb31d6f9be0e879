import type { Row } from '../../questions/question.ts';
import { count, type Step } from './step.ts';

/** Messages that explain a slow host by themselves; each with the name of what it means. */
const KNOWN = [
  [/out of memory|oom-kill|killed process \d+/i, 'the OOM killer ran'],
  [
    /i\/o error|blk_update_request|medium error|nvme\S* .*(timeout|reset)|ata\d.*(failed|error)/i,
    'a disk returned errors',
  ],
  [/blocked for more than \d+ seconds|(soft|hard) lockup - |rcu.*detected (expedited )?stalls?/i, 'tasks or CPUs hung'],
  [
    /possible syn flooding|dropping request|neighbou?r(ing)? table overflow|nf_conntrack: table full/i,
    'the network stack dropped requests',
  ],
  [/mce: |hardware error|edac .* [cu]e /i, 'the hardware reported errors'],
  [/cpu clock throttled|temperature above threshold|thermal.*(critical|shut)/i, 'CPUs were throttled by heat'],
  [/page allocation (failure|stalls)|allocation failure:/i, 'memory allocations failed or stalled'],
] as const;

const SEVERE = new Set(['emerg', 'alert', 'crit', 'err']);
const RECENT = -3600;

const isRecent = ({ t }: Row): boolean => typeof t === 'number' && t >= RECENT;

/** dmesg: what the kernel complained about in the last hour. */
export const dmesg: Step = {
  command: 'dmesg | tail',
  key: 'dmesg',
  question: 'kernel-log',
  component: 'errors',
  ask: 'Did the kernel complain: out of memory, I/O errors, dropped requests?',
  threshold: 'a message of a known kind, or any of level err or worse, in the last hour',
  judge(rows) {
    if (rows.length === 0) {
      const say = 'The kernel log could not be read (dmesg_restrict, or no right to /dev/kmsg): not checked.';
      return { verdict: 'not checked', say, culprit: '', pressure: 0 };
    }
    const recent = rows.filter(isRecent);
    const hits = KNOWN.flatMap(([pattern, meaning]) => {
      const found = recent.filter(({ text }) => typeof text === 'string' && pattern.test(text));
      return found.length === 0
        ? []
        : [`${meaning} (${count(found.length)} ${found.length === 1 ? 'message' : 'messages'})`];
    });
    if (hits.length > 0) {
      return { verdict: 'suspect', say: `In the last hour ${hits.join(', ')}.`, culprit: hits[0] ?? '', pressure: 2 };
    }
    const errors = recent.filter(({ level }) => SEVERE.has(String(level))).length;
    const say =
      errors > 0
        ? `${count(errors)} messages of level err or worse in the last hour, none of a known kind.`
        : 'No message of a known kind and none of level err or worse in the last hour.';
    return { verdict: errors > 0 ? 'undecided' : 'cleared', say, culprit: '', pressure: 0 };
  },
  figure: { kind: 'table', of: 'text', latest: true },
  next: {
    say: 'Read the last messages themselves.',
    code: "(await host.ask('dmesg', { seconds: 1 })).orderby('t', 'down').show({ rows: 30 })",
  },
};
