import { defineSource } from '../define.ts';
import { number } from '../text.ts';

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const FACILITIES = 'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp'.split(' ');

/** `6,1234,5678901,-;text`: priority, sequence number, microseconds, flags. */
const RECORD = /^(\d+),(\d*),(\d+),[^;]*;(.*)$/;
/**
 * `[   12.345678] text`, optionally with `<6>` before it and the caller `[ T12]` after it: output of dmesg, dmesg -r
 * and consoles.
 */
const PRINTED = /^(?:<(\d+)>)?\[ *(\d+\.\d+)\] ?(?:\[ *[TC]\d+\] )?(.*)$/;
const ESCAPE = /\\x([0-9a-f]{2})/g;

/** The kernel prints non-printable bytes as \xNN. */
const unescaped = (text: string): string =>
  text.replace(/(?:\\x[0-9a-f]{2})+/g, (run) =>
    Buffer.from([...run.matchAll(ESCAPE)].map(([, byte = '']) => Number.parseInt(byte, 16))).toString('utf8'),
  );

interface LogRecord {
  readonly priority: string | undefined;
  readonly sequence: string | undefined;
  readonly seconds: number;
  readonly text: string;
}

/** A line of the log, from /dev/kmsg or dmesg (complete, or without level and number). */
const recordOf = (line: string): LogRecord | undefined => {
  const [, priority, sequence, microseconds, message] = RECORD.exec(line) ?? [];
  if (message !== undefined)
    return { priority, sequence, seconds: (number(microseconds) ?? 0) / 1e6, text: unescaped(message) };
  const [, level, seconds, text] = PRINTED.exec(line) ?? [];
  return text === undefined ? undefined : { priority: level, sequence: undefined, seconds: Number(seconds), text };
};

/** /dev/kmsg: https://docs.kernel.org/admin-guide/abi-testing-files.html (dev-kmsg); also output of dmesg. */
export const kmsg = defineSource({
  name: 'dev.kmsg',
  doc: 'The kernel log: its contents when the recording began, and messages logged since.',
  from: 'https://github.com/torvalds/linux/blob/master/Documentation/ABI/testing/dev-kmsg',
  recipe: { read: ['/dev/kmsg'], log: true },
  columns: {
    t: {
      unit: 's',
      clock: 'monotonic',
      doc: "Time of the message on the kernel's log clock (monotonic; negative before the recording's start).",
    },
    level: { unit: '', doc: LEVELS.join(', ') },
    facility: { unit: '', doc: 'Facility of the message: kern, user, daemon ...' },
    sequence: { unit: 'id', doc: 'Sequence number since boot; a gap means that the ring buffer dropped records.' },
    text: { unit: '', doc: 'The message.' },
  },
  *parse({ text, start, unexpected }) {
    // dmesg --kmsg-file separates records by NUL; /dev/kmsg ends them with a newline.
    for (const line of text.split(/[\n\0]+/)) {
      // Lines that begin with a space are a record's dictionary: SUBSYSTEM=, DEVICE=.
      if (line === '' || line.startsWith(' ')) continue;
      const record = recordOf(line);
      if (record === undefined) {
        unexpected('a record: priority,sequence,time,flags;text', line);
        continue;
      }
      const level = number(record.priority);
      yield {
        t: record.seconds - start,
        level: level === undefined ? undefined : LEVELS[level & 7],
        facility: level === undefined ? undefined : (FACILITIES[level >> 3] ?? String(level >> 3)),
        // busybox's dmesg prints no sequence numbers.
        sequence: record.sequence === '' ? undefined : number(record.sequence),
        text: record.text,
      };
    }
  },
});
