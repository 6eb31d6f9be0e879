import { describe, expect, test } from 'vitest';
import { conclude, withCoverage } from '../../src/lib/methods/sixty-seconds/verdict.ts';
import type { Seen } from '../../src/lib/methods/sixty-seconds/step.ts';
import { steps } from '../../src/lib/methods/sixty-seconds/steps.ts';
import type { Row } from '../../src/lib/questions/question.ts';

const GIB = 2 ** 30;
const host = { cpus: 4, memory: 16 * GIB, pageSize: 4096 };

const idle: Readonly<Record<string, readonly Row[]>> = {
  'load-average': [{ t: 0, load1: 0.2, load5: 0.3, load15: 0.3, runnable: 1 }],
  'kernel-log': [{ t: -9000, level: 'err', facility: 'kern', text: 'an old I/O error' }],
  'system-activity': [{ t: 0, idle: 0.98, wait: 0, runnable: 1, switches: 300, swapIn: 0, swapOut: 0, cpuPressure: 0 }],
  'cpu-utilization': [
    { t: 0, cpu: 'all', busy: 0.02 },
    { t: 0, cpu: '0', busy: 0.03 },
    { t: 0, cpu: '1', busy: 0.01 },
  ],
  'process-activity': [{ t: 0, process: 'systemd (1)', cpu: 0.01 }],
  'disk-activity': [{ t: 0, device: 'sda', util: 0.01, reads: 0, writes: 2, await: 0.001, queue: 0 }],
  memory: [{ t: 0, total: 16 * GIB, available: 12 * GIB }],
  'network-interfaces': [{ t: 0, interface: 'eth0', bytes: 1000, packets: 10, lost: 0 }],
  tcp: [{ t: 0, sent: 100, retransmitted: 0, active: 1, passive: 1, listenDrops: 0 }],
  processes: [{ process: 'systemd (1)', state: 'S', cpu: 0.01, resident: 1e7 }],
};

const judged = (changes: Readonly<Record<string, readonly Row[]>>, coverage = 1) => {
  const rows = { ...idle, ...changes };
  const seen: Seen = { host, rows: (question) => rows[question] ?? [] };
  return steps.map((step) => withCoverage(step, step.judge(rows[step.question] ?? [], seen), coverage));
};

const busy = {
  'load-average': [{ t: 0, load1: 9, load5: 4, load15: 1, runnable: 9 }],
  'system-activity': [{ t: 0, idle: 0, wait: 0, runnable: 9, switches: 9000, swapIn: 0, swapOut: 0, cpuPressure: 0.9 }],
  'cpu-utilization': [
    { t: 0, cpu: 'all', busy: 1 },
    { t: 0, cpu: '0', busy: 1 },
  ],
  'process-activity': [{ t: 0, process: 'burn (77)', cpu: 1.9 }],
};

describe('the verdict of the first minute', () => {
  test('names nothing on an idle host', () => {
    const { suspects, cleared, say } = conclude(judged({}));
    expect(suspects).toEqual([]);
    expect(cleared).toEqual(['CPU', 'memory', 'disk', 'network', 'errors']);
    expect(say).toMatch(/^No resource is suspect\. Ruled out: the CPU, memory/);
  });

  test('names the CPU and the process on a CPU-bound host, and rules the disk out', () => {
    const { suspects, cleared, say } = conclude(judged(busy));
    expect(suspects).toEqual(['CPU']);
    expect(cleared).toContain('disk');
    expect(say).toContain('burn (77)');
  });

  test('names the disk on a disk-bound host although the load is high', () => {
    const waiting = {
      'load-average': [{ t: 0, load1: 9, load5: 4, load15: 1, runnable: 1 }],
      'system-activity': [{ t: 0, idle: 0.1, wait: 0.8, runnable: 1, switches: 9000, cpuPressure: 0.01 }],
      'disk-activity': [{ t: 0, device: 'sda', util: 1, reads: 5, writes: 300, await: 0.05, queue: 12 }],
    };
    const { suspects, say } = conclude(judged(waiting));
    expect(suspects).toEqual(['disk']);
    expect(say).toContain('sda');
  });

  test('keeps escape codes and line breaks of a process name out of what it says', () => {
    const name = '\u001b[31mevil\n<b> (66)';
    const all = judged({ ...busy, 'process-activity': [{ t: 0, process: name, cpu: 1.9 }] });
    const said = [conclude(all).say, ...all.flatMap(({ say, culprit }) => [say, culprit])].join('');
    expect(said).toContain('evil<b> (66)');
    expect(said).not.toMatch(/[\u0000-\u001f]/);
  });

  test('does not clear the CPU where processes too short for a sample used it', () => {
    const storm = { t: 0, idle: 0.4, wait: 0, user: 0.3, system: 0.3, runnable: 2, switches: 9000, forks: 900, cpuPressure: 0 }; // prettier-ignore
    const { cleared, open, suspects } = conclude(judged({ 'system-activity': [storm] }));
    expect({ suspects, open }).toEqual({ suspects: [], open: ['CPU'] });
    expect(cleared).not.toContain('CPU');
    const met = { 'system-activity': [storm], 'process-activity': [{ t: 0, process: 'make (9)', cpu: 0.85 }, { t: 0, process: 'cc (8)', cpu: 0.85 }, { t: 0, process: 'ld (7)', cpu: 0.7 }] }; // prettier-ignore
    expect(conclude(judged(met)).cleared).toContain('CPU');
  });

  test('names one hot CPU among idle ones', () => {
    const hot = {
      'cpu-utilization': [
        { t: 0, cpu: 'all', busy: 0.26 },
        { t: 0, cpu: '0', busy: 0.01 },
        { t: 0, cpu: '3', busy: 0.99 },
      ],
    };
    expect(conclude(judged(hot)).say).toContain('CPU 3');
  });

  test('clears nothing when a part of the window was not seen', () => {
    const { suspects, cleared, open } = conclude(judged({}, 0.5));
    expect([suspects, cleared]).toEqual([[], []]);
    expect(open).toContain('disk');
  });

  test('does not clear what could not be read', () => {
    const { cleared, open } = conclude(judged({ 'kernel-log': [], memory: [] }));
    expect(cleared).not.toContain('memory');
    expect(open).toEqual(expect.arrayContaining(['memory', 'errors']));
  });
});

describe('each step', () => {
  test('says something with an empty answer instead of failing', () => {
    const empty = Object.fromEntries(Object.keys(idle).map((question) => [question, []]));
    for (const { say } of judged(empty)) expect(say).toMatch(/\w.*\.$/);
  });

  test('finds an OOM kill and a disk error in the last hour, not before', () => {
    const log = [
      { t: -100, level: 'err', facility: 'kern', text: 'Out of memory: Killed process 77 (java)' },
      { t: -200, level: 'err', facility: 'kern', text: 'blk_update_request: I/O error, dev sdb, sector 1' },
    ];
    const say = judged({ 'kernel-log': log }).find(({ step }) => step.key === 'dmesg')?.say;
    expect(say).toBe('In the last hour the OOM killer ran (1 message), a disk returned errors (1 message).');
  });

  test('calls few drops too few to matter, and many a suspect', () => {
    const of = (lost: number) =>
      judged({ 'network-interfaces': [{ t: 0, interface: 'eth0', bytes: 1e6, packets: 10_000, lost }] }).find(
        ({ step }) => step.key === 'sarDev',
      );
    expect(of(0.1)?.verdict).toBe('cleared');
    expect(of(200)?.verdict).toBe('suspect');
  });
});
