import { describe, expect, it } from 'vitest';
import { rates } from '../../../src/lib/columns/rate.ts';
import { decodeTexts, rowsOf } from '../../decode.ts';

const only = (source: string, path: string, text: string) => {
  const { rows, warnings } = decodeTexts(source, [{ [path]: text }]);
  return { row: rows[0] ?? {}, rows, warnings };
};

describe('/proc of other kernels', () => {
  it('diskstats has 4 numbers for a partition of 2.6.10, 11 of 2.6, 15 of 4.18 and 17 of 5.5', () => {
    const numbers = (n: number): string => Array.from({ length: n }, (_, i) => i + 1).join(' ');
    const lines = [4, 11, 15, 17].map((n, i) => `   8  ${i} sda${i} ${numbers(n)}`);
    const { rows, warnings } = only('proc.diskstats', '/proc/diskstats', `${lines.join('\n')}\n`);
    expect(warnings).toEqual([]);
    expect(
      rows.map(({ reads, read, written, discards, flushTime }) => [reads, read, written, discards, flushTime]),
    ).toEqual([
      [1, 1024, 2048, undefined, undefined],
      [1, 1536, 3584, undefined, undefined],
      [1, 1536, 3584, 12, undefined],
      [1, 1536, 3584, 12, 0.017],
    ]);
  });

  it('meminfo has no blank between a name of 16 characters and a long number (arm64)', () => {
    const { row, warnings } = only('proc.meminfo', '/proc/meminfo', 'ShadowCallStack:10373888 kB\nMemFree:  5 kB\n');
    expect(warnings).toEqual([]);
    expect(row).toMatchObject({ ShadowCallStack: 10373888 * 1024, MemFree: 5120 });
  });

  it('stat of 2.6.0 has seven states and no softirq line', () => {
    const { row, warnings } = only('proc.stat', '/proc/stat', 'cpu 100 2 3 4 5 6 7\ncpu0 100 2 3 4 5 6 7\nctxt 9\n');
    expect(warnings).toEqual([]);
    expect(row).toMatchObject({ cpu: 'all', user: 1, softirq: 0.07, switches: 9 });
    expect(row['steal']).toBeUndefined();
  });

  it('a process name may be any 15 bytes', () => {
    const rest = `1 1 1 0 -1 4194560 ${'7 '.repeat(45)}0\n`;
    for (const name of ['a) R 1 (b', 'new\nline', '\u001b[31mred', '))) S 1 ((', ''])
      expect(only('proc.pid.stat', '/proc/7/stat', `7 (${name}) S ${rest}`).row).toMatchObject({
        pid: 7,
        name,
        state: 'S',
        ppid: 1,
      });
  });

  it('counts above 2^53 and their differences are exact', () => {
    const head = 'Inter-|   Receive |  Transmit\n face |bytes |bytes\n';
    const line = (bytes: bigint): string => `${head} eth0: ${bytes} ${'0 '.repeat(15)}\n`;
    const samples = [2n ** 63n + 1n, 2n ** 63n + 1001n].map((bytes) => ({ '/proc/net/dev': line(bytes) }));
    const [step] = rowsOf(rates(decodeTexts('proc.net.dev', samples).table));
    expect(step?.['received']).toBe(1000);
  });

  it('snmp with a mismatched pair of lines keeps the other pairs', () => {
    const text =
      'Ip: Forwarding InReceives\nIp: 1 20\nTcp: A B C\nUdp: InDatagrams NoPorts\nUdp: 5\nUdpLite: InErrors\nUdpLite: x\n';
    const { row, warnings } = only('proc.net.snmp', '/proc/net/snmp', text);
    expect(row).toMatchObject({ IpForwarding: 1, IpInReceives: 20, UdpInDatagrams: 5 });
    expect(warnings.length).toBeGreaterThanOrEqual(3);
  });

  it('counters of each network namespace have rows of their own', () => {
    const text = 'Tcp: RetransSegs\nTcp: 3\n';
    const files = {
      '/proc/net/snmp#net:[4026531840]': text,
      '/proc/net/snmp#net:[4026532200]': text.replace('3', '8'),
    };
    const { rows } = decodeTexts('proc.net.snmp', [files]);
    expect(rows.map(({ netns, TcpRetransSegs }) => [netns, TcpRetransSegs])).toEqual([
      ['4026531840', 3],
      ['4026532200', 8],
    ]);
  });

  it('unknown lines in status and meminfo of a newer kernel become columns', () => {
    const status = only('proc.pid.status', '/proc/7/status', 'Name:\tx\nNewMask:\tff00\nNewSize:\t  12 kB\n').row;
    expect(status).toMatchObject({ Name: 'x', NewMask: 'ff00', NewSize: 12 * 1024 });
    expect(only('proc.meminfo', '/proc/meminfo', 'MemTotal: 10 kB\nBrandNew(x): 3 kB\n').row).toMatchObject({
      MemTotal: 10240,
      BrandNew_x: 3072,
    });
  });

  it('meminfo of kernel 2.4 begins with a summary in bytes, which its lines repeat', () => {
    const summary = '        total:    used:    free:\nMem:  4096 2048 2048 0 0 0\nSwap: 0 0 0\n';
    const { rows, warnings } = decodeTexts('proc.meminfo', [{ '/proc/meminfo': `${summary}MemTotal:  4 kB\n` }]);
    expect([rows, warnings]).toEqual([[{ t: 0, MemTotal: 4096 }], []]);
  });

  it('stat of a process with fewer fields than Linux prints is complete if it ends in a newline', () => {
    const short = `7 (x) S 1 7 7 0 -1 0 0 0 0 0 8 15 0 0 20 0 1 0 25 4096 2 ${'0 '.repeat(13)}17 1`;
    const whole = decodeTexts('proc.pid.stat', [{ '/proc/7/stat': `${short}\n` }]);
    expect(whole.warnings).toEqual([]);
    expect(whole.rows).toMatchObject([{ pid: 7, started: 0.25, utime: 0.08, rss: 8192, processor: 1 }]);
    const cut = decodeTexts('proc.pid.stat', [{ '/proc/7/stat': short.slice(0, 60) }]);
    expect(cut.rows).toEqual([]);
    expect(cut.warnings[0]).toContain('the line was cut');
  });

  it('a per-process file without its last newline gives a row and a warning', () => {
    for (const [file, text] of [
      ['status', 'Name:\tx\nThreads:\t3'],
      ['io', 'rchar: 5\nwchar: 3'],
      ['schedstat', '1000000000 2 3'],
    ] as const) {
      const { rows, warnings } = decodeTexts(`proc.pid.${file}`, [{ [`/proc/7/${file}`]: text }]);
      expect(rows, file).toHaveLength(1);
      expect(Object.values(rows[0] ?? {}), file).toContain(3);
      expect(warnings[0], file).toContain('its last line may be cut');
    }
  });

  it('the kernel log as dmesg prints it, with and without levels, and as --kmsg-file takes it', () => {
    const printed = '[   12.500000] one\n<6>[   13.000000] two\n<30>[   14.000000] [  T12] three\n';
    const { rows, warnings } = decodeTexts('dev.kmsg', [{ '/dev/kmsg': printed }]);
    expect(warnings).toEqual([]);
    expect(rows).toEqual([
      { t: 12.5, text: 'one' },
      { t: 13, level: 'info', facility: 'kern', text: 'two' },
      { t: 14, level: 'info', facility: 'daemon', text: 'three' },
    ]);
    const parted = decodeTexts('dev.kmsg', [
      { '/dev/kmsg': '6,1,1000000,-;a\n\u00003,2,2000000,-,caller=T1;b\n\u0000' },
    ]);
    expect(parted.warnings).toEqual([]);
    expect(parted.rows.map(({ t, level, text }) => [t, level, text])).toEqual([
      [1, 'info', 'a'],
      [2, 'err', 'b'],
    ]);
  });

  it('an unreadable file gives a warning and no row', () => {
    const { rows, warnings } = decodeTexts('proc.pid.io', [{ '/proc/7/stat': '7 (x) S 1\n' }]);
    expect([rows, warnings]).toEqual([[], []]);
  });
});

describe('rates are correct after', () => {
  const disk = (ms: number): string => `8 0 sda 1 0 0 ${ms} 0 0 0 0 0 ${ms} 0\n`;
  const step = (texts: readonly string[], source: string, path: string) =>
    rowsOf(
      rates(
        decodeTexts(
          source,
          texts.map((text) => ({ [path]: text })),
        ).table,
      ),
    );

  it('a disk time wraps at 32 bits', () => {
    const [row] = step([disk(2 ** 32 - 500), disk(500)], 'proc.diskstats', '/proc/diskstats');
    expect(row?.['busy']).toBeCloseTo(1, 9);
  });

  it('a counter is reset: the rate is absent, not negative', () => {
    const [row] = step([disk(100_000), disk(40)], 'proc.diskstats', '/proc/diskstats');
    expect(row?.['busy']).toBeUndefined();
  });

  it('a CPU goes offline and comes back', () => {
    const cpus = (...numbers: number[]): string => numbers.map((n) => `cpu${n} 100 0 0 100\n`).join('');
    const rows = step([cpus(0, 1), cpus(0), cpus(0, 1)], 'proc.stat', '/proc/stat').filter(({ cpu }) => cpu === '1');
    expect(rows.every(({ user }) => user === undefined)).toBe(true);
  });

  it('a pid is reused by another process', () => {
    const stat = (started: number, ticks: number): string =>
      `7 (x) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${started} ${'0 '.repeat(29)}0\n`;
    const rows = step([stat(100, 5000), stat(900, 20), stat(900, 120)], 'proc.pid.stat', '/proc/7/stat');
    expect(rows.map(({ started, utime }) => [started, utime])).toEqual([[9, 1]]);
  });
});
