import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/lib/bytes/bytes.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { readFtrace, type Ftrace } from '../../../src/lib/sources/ftrace/read.ts';
import { ftraceText } from '../../../src/lib/sources/ftrace/text/decoder.ts';
import { readFtraceText } from '../../../src/lib/sources/ftrace/text/read-text.ts';
import { rowsOf, tableOf, type Row } from '../../ftrace-tables.ts';
import { integersFrom } from '../../random.ts';
import { pieces } from '../../pieces.ts';

const folder = join(packageRoot, 'fixtures', 'ftrace');
const textOf = (name: string): Buffer => gunzipSync(readFileSync(join(folder, name)));
const printed = textOf('printed.txt.gz');
const reported = textOf('report.txt.gz');
const pages = readFtrace(bytesOf(readFileSync(join(folder, 'pages.ftrace'))));

const source = async function* (text: string | Uint8Array, size = 1 << 16) {
  yield* pieces(Buffer.from(text), size);
};
const read = (text: string | Uint8Array, size?: number): Promise<Ftrace> => readFtraceText(source(text, size));

const rows = async (text: string, event: string): Promise<readonly Row[]> => rowsOf(tableOf(await read(text), event));

/** Values that the kernel prints in another form than it keeps them: addresses hidden or named, flags and states as letters. */
const IN_OTHER_WORDS = new Set([
  'prev_state',
  'function',
  'skbaddr',
  'skaddr',
  'location',
  'hrtimer',
  'mode',
  'page',
  'rwbs',
  'cmd',
  'was_armed',
]);

describe.each([
  ['trace', printed],
  ['trace-cmd report', reported],
])('Ftrace text of %s', (which, text) => {
  it('has the rows of the binary pages of the same events, column by column', async () => {
    const found = await read(text);
    expect([found.lost, found.warnings]).toEqual([[], []]);
    let compared = 0;
    for (const { event, table } of pages.events) {
      const theirs = rowsOf(tableOf(found, event.slice(event.indexOf(':') + 1)));
      const ours = rowsOf(table);
      expect(theirs.length, event).toBe(ours.length);
      ours.forEach((row, i) => {
        const their = theirs[i]!;
        expect(Math.abs((row['t'] as number) - (their['t'] as number)), `${event} ${i}`).toBeLessThan(2e-6);
        for (const [name, value] of Object.entries(row)) {
          if (name === 't' || IN_OTHER_WORDS.has(name) || !(name in their)) continue;
          // The kernel forgets names and processes of threads; trace-cmd has no processes, and reads names at the end.
          const isKnown = value !== undefined && their[name] !== undefined;
          if (['pid', 'comm'].includes(name) && (!isKnown || which !== 'trace')) continue;
          expect(their[name], `${event} ${i} ${name}`).toEqual(value);
          compared++;
        }
      });
    }
    expect(compared).toBeGreaterThan(6000);
    const switches = Object.keys(tableOf(found, 'sched_switch')!.data);
    expect(switches).toEqual(Object.keys(tableOf(pages, 'sched:sched_switch')!.data));
  });

  it('gives the same in pieces of any size, with and without carriage returns and leading spaces', async () => {
    const whole = JSON.stringify(
      (await read(text)).events.map(({ table }) => rowsOf(table)),
      big,
    );
    for (const size of [7, 4096, 65_537]) expect(JSON.stringify((await read(text, size)).events.map(({ table }) => rowsOf(table)), big)).toBe(whole); // prettier-ignore
    const returns = await read(text.toString('latin1').replaceAll('\n', '\r\n'));
    expect(
      JSON.stringify(
        returns.events.map(({ table }) => rowsOf(table)),
        big,
      ),
    ).toBe(whole);
  });

  it('never fails on a cut or changed text', async () => {
    const next = integersFrom(11);
    const size = (of: Ftrace): number => of.events.reduce((sum, { table }) => sum + table.size, 0);
    const whole = size(await read(text));
    for (let i = 0; i < 20; i++) {
      expect(size(await read(text.subarray(0, next(text.length))))).toBeLessThanOrEqual(whole);
      const changed = Uint8Array.from(text);
      for (let j = 0; j < 200; j++) changed[next(changed.length)] = next(256);
      const found = await read(changed);
      expect(size(found)).toBeGreaterThan(whole * 0.8);
      for (const { table } of found.events) for (const column of Object.values(table.data)) if (column.kind === 'text') expect(column.names.length).toBeLessThanOrEqual(table.size); // prettier-ignore
    }
  });
});

const big = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

describe('A line of Ftrace text', () => {
  it('has a heading with and without process, flags, nanoseconds and leading spaces', async () => {
    const lines = [
      '              sh-12      (     10) [001] d..2.     5.000001: sched_process_exit: comm=sh pid=12 prio=120',
      '              sh-12    [001] (   10) d..2     5.000002: sched_process_exit: comm=sh pid=12 prio=120',
      '              sh-12      (-------) [001]     5.000003: sched_process_exit: comm=sh pid=12 prio=120',
      '              sh-12    [001]     5.000004: sched_process_exit: comm=sh pid=12 prio=120',
      '              sh-12    [001] d..2.     5.000005001: sched_process_exit:     comm=sh pid=12 prio=120',
      'sh-12 [001] d..2. 5.000006: sched_process_exit: comm=sh pid=12 prio=120',
    ];
    const found = await rows(lines.join('\n'), 'sched_process_exit');
    expect(found.map(({ pid }) => pid)).toEqual([10, 10, undefined, undefined, undefined, undefined]);
    expect(found.map(({ t }) => Math.round((t as number) * 1e9))).toEqual([0, 1000, 2000, 3000, 4001, 5000]);
    for (const row of found) expect(row).toMatchObject({ cpu: 1, tid: 12, comm: 'sh', arg_comm: 'sh', arg_pid: 12, prio: 120 }); // prettier-ignore
  });

  it('may have a thread whose name looks like anything', async () => {
    const names = ['Web Content', 'x-1 [000] 9: y:', 'a-1 [000] 1: b', '=> f', '# tracer: nop', 'CPU:0 [LOST 1 E', '<...>', 'é', '[000]', '-', 'kworker/0:1-e']; // prettier-ignore
    const text = names.map((name, i) => `${name.padStart(16 - Buffer.byteLength(name) + name.length)}-${String(100 + i)}     [002] .....     1.00000${String(i % 10)}: e: a=${String(i)}\n`); // prettier-ignore
    const found = await read(text.join(''));
    expect(found.warnings).toEqual([]);
    const told = rowsOf(tableOf(found, 'e')).toSorted((a, b) => (a['a'] as number) - (b['a'] as number));
    expect(told.map(({ comm }) => comm)).toEqual(names.map((name) => (name === '<...>' ? undefined : name)));
    expect(told.map(({ tid }) => tid)).toEqual(names.map((_, i) => 100 + i));
  });

  const line = (event: string, i = 0, tid = 7): string =>
    `              sh-${String(tid)}       [000] .....     1.${String(i).padStart(6, '0')}: ${event}\n`;
  const SWITCH = 'sched_switch: prev_comm=PREV prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=NEXT next_pid=2 next_prio=120'; // prettier-ignore

  it('may name values within a text, the first line too', async () => {
    const names = ['a=b', 'x prev_pid=5', 'next_comm=', 'a next_pid=7', '==> q=1', 'a  ', 'prev_prio=1 [', ''];
    const pairs = names.flatMap((prev) => ['sh', 'a next_pid=7', 'b c=d'].map((next) => [prev, next] as const));
    const text = [...pairs, ...pairs.map(() => ['sh', 'sh'] as const), ['sh', 'sh'] as const];
    const found = await rows(text.map(([prev, next], i) => line(SWITCH.replace('PREV', prev).replace('NEXT', next), i)).join(''), 'sched_switch'); // prettier-ignore
    expect(found.map((row) => [row['prev_comm'] ?? '', row['next_comm']])).toEqual(text);
    for (const row of found) expect(row).toMatchObject({ prev_pid: 1, next_pid: 2, next_prio: 120, prev_state: 'S' });
    expect(Object.keys(found[0]!)).not.toContain('message');
  });

  it('keeps numbers as numbers, all digits, and the rest as the text', async () => {
    const text = [
      line('irq_handler_entry: irq=36 name=virtio1-req.0'),
      line('sched_stat_runtime: comm=sh pid=5 runtime=123456 [ns]', 1),
      line('timer_start: timer=000000007d302554 function=f [timeout=-1] cpu=0 flags=', 2),
      line('wide: a=0xffff888627d1c6f8 b=18446744073709551615 c=-9223372036854775808', 3),
      line('block_rq_issue: 254,0 RM 4096 () 169873424 + 8 be,0,4 [ls]', 4),
      line('softirq_entry: vec=9 [action=RCU]', 5),
      line('bare:', 6),
      line('dev: bdi 8:0: ino=5 wrote=1', 7),
      line('dev: bdi 254:16: ino=6 wrote=2', 8),
    ];
    const found = await read(text.join(''));
    const first = (event: string): Row => rowsOf(tableOf(found, event))[0]!;
    expect(first('irq_handler_entry')).toMatchObject({ irq: 36, name: 'virtio1-req.0' });
    expect(first('sched_stat_runtime')).toMatchObject({ arg_comm: 'sh', arg_pid: 5, runtime: 123456 });
    expect(first('timer_start')).toMatchObject({ timer: '000000007d302554', function: 'f', timeout: -1, cpu: 0, arg_cpu: 0 }); // prettier-ignore
    expect(first('wide')).toMatchObject({ a: 0xffff888627d1c6f8n, b: 2n ** 64n - 1n, c: -(2n ** 63n) });
    expect(first('block_rq_issue')).toMatchObject({ message: '254,0 RM 4096 () 169873424 + 8 be,0,4 [ls]' });
    expect(first('softirq_entry')).toMatchObject({ vec: 9, action: 'RCU' });
    expect(Object.keys(first('bare'))).toEqual(['t', 'cpu', 'pid', 'tid', 'comm']);
    expect(rowsOf(tableOf(found, 'dev'))).toMatchObject([{ message: 'bdi 8:0:', ino: 5 }, { message: 'bdi 254:16:', ino: 6, wrote: 2 }]); // prettier-ignore
  });

  it('has the arguments of system calls, what they return, and the names that trace-cmd does not print', async () => {
    const text = [
      line('sys_openat(dfd: 0xffffff9c, filename: 0x7f75ae38e0b1, flags: 0x80000, mode: 0)'),
      line('sys_openat -> 0xfffffffffffffffe', 1),
      line('sys_openat -> 0x3', 2),
      line('sched_switch:         kworker/0:1:0 [120] R ==> trace-cmd:2603 [-5]', 3),
      line('sched_wakeup:         rcu_sched:8 [120] success=1 CPU:003', 4),
    ];
    const found = await read(text.join(''));
    expect(rowsOf(tableOf(found, 'sys_enter_openat'))).toMatchObject([{ dfd: 0xffffff9c, filename: 0x7f75ae38e0b1, flags: 0x80000, mode: 0 }]); // prettier-ignore
    expect(rowsOf(tableOf(found, 'sys_exit_openat'))).toMatchObject([{ ret: -2 }, { ret: 3 }]);
    expect(rowsOf(tableOf(found, 'sched_switch'))).toMatchObject([{ prev_comm: 'kworker/0:1', prev_pid: 0, prev_prio: 120, prev_state: 'R', next_comm: 'trace-cmd', next_pid: 2603, next_prio: -5 }]); // prettier-ignore
    expect(rowsOf(tableOf(found, 'sched_wakeup'))).toMatchObject([{ arg_comm: 'rcu_sched', arg_pid: 8, prio: 120, target_cpu: 3 }]); // prettier-ignore
  });

  it('of the tracer function has the function and its caller', async () => {
    const found = await rows(line('schedule <-worker_thread') + line('vfs_read+0x1/0x20 <-ksys_read+0x5/0x9', 1), 'function'); // prettier-ignore
    expect(found).toMatchObject([
      { function: 'schedule', parent: 'worker_thread' },
      { function: 'vfs_read+0x1/0x20', parent: 'ksys_read+0x5/0x9' },
    ]);
  });
});

describe('Ftrace text beside events', () => {
  const event = (i: number, tid = 7): string =>
    `              sh-${String(tid)}       [000] .....     1.00000${String(i)}: `;

  it('gives an event the stacks that follow it, and counts those of others', async () => {
    const found = await read(
      [
        `${event(0)}e: a=1`,
        `${event(0)}<stack trace>`,
        ' => schedule',
        ' => cpu_idle (ffffffff8100a38c)',
        `${event(0)}<user stack trace>`,
        ' => libc.so.6[+0x12]',
        ' =>  <00007f75ae38e0b1>',
        `${event(1)}e: a=2`,
        `${event(2, 8)}<stack trace>`,
        ' => other',
        `${event(3)}kernel_stack:         <stack trace >`,
        `${event(4)}e: a=3`,
        ' => plain',
      ].join('\n'),
    );
    expect(rowsOf(tableOf(found, 'e')).map((row) => row['stack'])).toEqual([
      '<00007f75ae38e0b1>;libc.so.6[+0x12];cpu_idle_[k];schedule_[k]',
      undefined,
      'plain_[k]',
    ]);
    expect(found.warnings).toEqual(['1 stacks follow no event of their thread']);
  });

  it('says what was lost: by CPU in the pipe and in trace-cmd, of all CPUs in the heading', async () => {
    const text = `# tracer: nop\n#\n# entries-in-buffer/entries-written: 10/25   #P:2\n#\n##### CPU 1 buffer started ####\nCPU:1 [LOST 12 EVENTS]\n${event(0)}e: a=1\nCPU:1 [LOST 3 EVENTS]\nCPU:0 [5 EVENTS DROPPED]\nCPU:3 [LOST EVENTS]\ncpus=4\n`;
    const found = await read(text);
    expect(found.lost).toEqual([
      { cpu: 1, events: 15 },
      { cpu: 0, events: 5 },
    ]);
    expect(found.warnings).toEqual([
      '15 of 25 events were overwritten before the buffer was read',
      'CPU 3 lost events, whose number is unknown',
    ]);
  });

  it('says which lines were left out, and that a clock counts', async () => {
    const found = await read(`${event(0).replace('1.000000', '4711')}e: a=1\n${event(0).replace('1.000000', '4721')}e: a=2\n`); // prettier-ignore
    expect(rowsOf(tableOf(found, 'e')).map(({ t }) => t)).toEqual([0, 10]);
    expect(found.warnings).toEqual(['the trace clock counts: t is its count since the first event, not seconds']);
    const broken = await read(`${event(0)}e: comm=a\n b pid=1\n${event(1)}e: comm=a pid=1\n`);
    expect(broken.warnings[0]).toMatch(/^ftrace-text: 1 line was left out: expected THREAD-TID .* got .* b pid=1/);
    expect(tableOf(broken, 'e')!.size).toBe(2);
  });

  it('refuses the layouts of tracers that print no event per line, in words', async () => {
    const graph =
      '# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n 0)   1.234 us    |  foo();\n';
    await expect(read(graph)).rejects.toThrow(/got the layout of the tracer function_graph/);
    await expect(read(' 1)               |  schedule() {\n')).rejects.toThrow(/function_graph/);
    await expect(read('# tracer: irqsoff\n#\n# irqsoff latency trace v1.1.5 on 6.1.0\n')).rejects.toThrow(/irqsoff/);
  });

  it('becomes the table of one event, by its name with or without the system', async () => {
    const text = `${event(0)}e: a=1\n${event(1)}f: b=1\n${event(2)}f: b=2\n`;
    const most = await ftraceText.decode(source(text));
    expect(rowsOf(most.table).map(({ b }) => b)).toEqual([1, 2]);
    expect(most.warnings).toEqual([{ say: 'the file also has e (1 rows): choose with --event NAME' }]);
    for (const name of ['e', 'sched:e']) expect(rowsOf((await ftraceText.decode(source(text), { event: name })).table)).toMatchObject([{ a: 1 }]); // prettier-ignore
    await expect(ftraceText.decode(source(text), { event: 'g' })).rejects.toThrow(/expected an event of the file/);
  });
});

describe('Ftrace text that is opened as a profile', () => {
  it('is recognised, and the error says how to read it', async () => {
    const { recognise } = await import('../../../src/lib/sources/recognise.ts');
    const { readProfile } = await import('../../../src/lib/sources/profile-reader.ts');
    expect([printed, reported].map((text) => recognise(text.subarray(0, 65_536)))).toEqual(['ftrace-text', 'ftrace-text']); // prettier-ignore
    expect(recognise(printed.subarray(printed.indexOf('\n  ') + 1, 20_000))).toBe('ftrace-text');
    expect(recognise(Buffer.from('sh-5 123 [000] 12.345678: sched:sched_switch: prev_comm=sh\nsh-5 123 [000] 12.345678: sched:sched_switch: prev_comm=sh\n'))).toBe('perf-script'); // prettier-ignore
    await expect(readProfile(source(printed))).rejects.toMatchObject({
      what: expect.stringContaining('got ftrace-text') as string,
      next: expect.stringContaining('fbf decode ftrace-text') as string,
    });
  });
});
