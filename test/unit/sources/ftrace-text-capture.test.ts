import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { ftrace } from '../../../src/lib/sources/ftrace/decoder.ts';
import { framesOf } from '../../../src/lib/sources/ftrace/frames.ts';
import { readFtrace, type Ftrace } from '../../../src/lib/sources/ftrace/read.ts';
import { readTextCapture } from '../../../src/lib/sources/ftrace/text/capture.ts';
import { rowsOf, tableOf } from '../../ftrace-tables.ts';
import { integersFrom } from '../../random.ts';
import { pieces } from '../../pieces.ts';

const folder = join(packageRoot, 'fixtures', 'ftrace');
const pageBytes = bytesOf(readFileSync(join(folder, 'pages.ftrace')));
const pages = readFtrace(pageBytes);
const fields = gunzipSync(readFileSync(join(folder, 'fields.txt.gz'))).toString('latin1');

const RUN = 'fbf_0123abcd_1_2_3';
const frame = (kind: string, name: string, body: string): string =>
  `@${kind} ${name} ${String(Buffer.byteLength(body, 'latin1'))}\n${body}`;
const formats = [...framesOf(pageBytes, () => undefined)]
  .filter(({ name }) => name.endsWith('/format'))
  .map(({ name, body }) => frame('file', name, Buffer.from(body).toString('latin1')));
const STATS = frame('file', 'per_cpu/cpu1/stats', 'entries: 0\noverrun: 4\ncommit overrun: 0\ndropped events: 1\n');

/** What record.sh prints around a text. */
const captured = (text: string, { option = '1\n', end = `\n@endtext ${RUN} 0\n${STATS}@end end 0\n` } = {}) =>
  Buffer.from(
    [frame('ftracetext', RUN, ''), frame('file', 'options/fields', option), ...formats, frame('text', RUN, ''), text, end].join(''), // prettier-ignore
    'latin1',
  );
const read = (bytes: Uint8Array, origin?: number): Promise<Ftrace> => readTextCapture(bytesOf(bytes), { origin });

/** What the kernel prints in another form even with the option `fields`: functions by name, texts of user memory. */
const IN_OTHER_WORDS = new Set(['function', 'filename', 'location', 'rx_sk']);

describe('A text capture of Ftrace', () => {
  it('has the events, columns and values of binary pages of the same events', async () => {
    const found = await read(captured(fields), pages.start);
    expect(found.warnings).toEqual([]);
    expect(found.lost).toEqual([{ cpu: 1, events: 5 }]);
    expect(found.events.map(({ event, table }) => [event, table.size])).toEqual(pages.events.map(({ event, table }) => [event, table.size])); // prettier-ignore
    let compared = 0;
    for (const { event, table } of pages.events) {
      const theirs = tableOf(found, event);
      if (table.size > 0) expect(theirs?.docs, event).toEqual(table.docs);
      const rows = rowsOf(theirs);
      rowsOf(table).forEach((row, i) => {
        expect(Math.abs((row['t'] as number) - (rows[i]!['t'] as number))).toBeLessThan(2e-6);
        for (const [name, value] of Object.entries(row)) {
          const isKnown = value !== undefined && rows[i]![name] !== undefined;
          if (name === 't' || IN_OTHER_WORDS.has(name) || (['pid', 'comm'].includes(name) && !isKnown)) continue;
          expect(rows[i]![name] ?? '', `${event} ${i} ${name}`).toEqual(value);
          compared++;
        }
      });
    }
    expect(compared).toBeGreaterThan(8000);
  });

  const SWITCH = '              sh-7       (      7) [000] d..2.     1.000001: sched_switch: prev_comm=PREV prev_pid=0x1 (1) prev_prio=0x78 (120) prev_state=0x1 (1) next_comm=NEXT next_pid=0x2 (2) next_prio=0x78 (-5)\n'; // prettier-ignore

  it('keeps names of threads that look like fields', async () => {
    const names = ['a=b', 'x prev_pid=5', ' next_comm=a', ' prev_comm=', 'next_pid=0x7 (', 'Web Content', ''];
    const pairs = names.flatMap((prev) => names.map((next) => [prev, next] as const));
    const text = pairs.map(([prev, next]) => SWITCH.replace('PREV', prev).replace('NEXT', next)).join('');
    const rows = rowsOf(tableOf(await read(captured(text)), 'sched:sched_switch'));
    expect(rows.map((row) => [row['prev_comm'] ?? '', row['next_comm'] ?? ''])).toEqual(pairs);
    for (const row of rows) expect(row).toMatchObject({ prev_pid: 1, prev_state: 1, next_pid: 2, next_prio: -5 });
  });

  it('without the option `fields` has what the event prints, by the same names', async () => {
    const text = SWITCH.replace(/sched_switch:.*/, 'sched_switch: prev_comm=sh prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=ls next_pid=2 next_prio=120'); // prettier-ignore
    const found = await read(captured(text, { option: '' }));
    expect(rowsOf(tableOf(found, 'sched:sched_switch'))).toMatchObject([{ prev_pid: 1, prev_state: 'S', next_comm: 'ls' }]); // prettier-ignore
    expect(found.events.length).toBe(pages.events.length);
  });

  it('gives only the events that were asked for, and takes the end of another run for text', async () => {
    const mark = '              sh-7       (      7) [000] .....     1.000002: tracing_mark_write: end\n';
    const forged = `${SWITCH}\n@endtext fbf_other 0\n${STATS.replace('4', '999')}${SWITCH}${mark}`;
    const found = await read(captured(forged));
    expect(tableOf(found, 'sched:sched_switch')?.size).toBe(2);
    expect(found.events.map(({ event }) => event)).toEqual(pages.events.map(({ event }) => event));
    expect(found.lost).toEqual([{ cpu: 1, events: 5 }]);
  });

  it('that was cut has what came, with the losses that its lines tell, and never fails on changed bytes', async () => {
    const cut = await read(captured(`CPU:1 [LOST 7 EVENTS]\n${SWITCH}${SWITCH.slice(0, 80)}`, { end: '' }));
    expect(tableOf(cut, 'sched:sched_switch')?.size).toBe(2);
    expect(cut.lost).toEqual([{ cpu: 1, events: 7 }]);
    expect(cut.warnings).toEqual(['the end of the text is missing, and with it the number of lost events']);
    const whole = captured(fields);
    const next = integersFrom(3);
    for (let i = 0; i < 10; i++) {
      await read(whole.subarray(0, next(whole.length)));
      const changed = Uint8Array.from(whole);
      for (let j = 0; j < 100; j++) changed[next(changed.length)] = next(256);
      const sizes = (await read(changed)).events.map(({ table }) => table.size);
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(pages.events.reduce((sum, { table }) => sum + table.size, 0));
    }
  });

  it('is decoded by the decoder of pages', async () => {
    const { table } = await ftrace.decode(pieces(captured(fields), 4096), { event: 'sched:sched_switch' });
    expect(table.size).toBe(tableOf(pages, 'sched:sched_switch')!.size);
  });
});
