import { defineSource } from '../define.ts';
import { number } from '../text.ts';

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const FACILITIES = 'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp'.split(' ');

/** `6,1234,5678901,-;text`: priority, sequence number, microseconds, flags. */
const RECORD = /^(\d+),(\d+),(\d+),[^;]*;(.*)$/;
const ESCAPE = /\\x([0-9a-f]{2})/g;

/** The kernel writes what is not printable as \xNN, byte by byte. */
const unescaped = (text: string): string =>
  text.replace(/(?:\\x[0-9a-f]{2})+/g, (run) =>
    Buffer.from([...run.matchAll(ESCAPE)].map(([, byte = '']) => Number.parseInt(byte, 16))).toString('utf8'),
  );

/** /dev/kmsg: https://docs.kernel.org/admin-guide/abi-testing-files.html (dev-kmsg), what dmesg prints */
export const kmsg = defineSource({
  name: 'dev.kmsg',
  doc: "The kernel's log: what was there when the recording began, and what came since.",
  from: 'https://github.com/torvalds/linux/blob/master/Documentation/ABI/testing/dev-kmsg',
  recipe: { read: ['/dev/kmsg'], log: true },
  columns: {
    t: {
      unit: 's',
      clock: 'monotonic',
      doc: "When it was logged, on the kernel's log clock (monotonic; before the recording's start: negative).",
    },
    level: { unit: '', doc: LEVELS.join(', ') },
    facility: { unit: '', doc: 'Who logged: kern, user, daemon ...' },
    sequence: { unit: 'id', doc: 'Numbers records from boot on; a gap is what the ring buffer has dropped.' },
    text: { unit: '', doc: 'The message; host text.' },
  },
  *parse({ text, start, unexpected }) {
    for (const line of text.split('\n')) {
      // Lines that begin with a space carry a record's dictionary: SUBSYSTEM=, DEVICE=.
      if (line === '' || line.startsWith(' ')) continue;
      const [, priority, sequence, microseconds, message] = RECORD.exec(line) ?? [];
      const level = number(priority);
      if (message === undefined || level === undefined) {
        unexpected('a record: priority,sequence,time,flags;text', line);
        continue;
      }
      yield {
        t: (number(microseconds) ?? 0) / 1e6 - start,
        level: LEVELS[level & 7],
        facility: FACILITIES[level >> 3] ?? String(level >> 3),
        sequence: number(sequence),
        text: unescaped(message),
      };
    }
  },
});
