import { describe, expect, test } from 'vitest';
import { steps } from '../../src/lib/methods/sixty-seconds/steps.ts';
import { conclude } from '../../src/lib/methods/conclude.ts';
import { activity, busy, concluded, idle, judged, process, seconds, stepOf } from './minute/minute.ts';

const loaded = {
  'system-activity': activity(() => ({ idle: 0, user: 1, cpuPressure: 0.9, runnable: 9 })),
  'cpu-utilization': busy(() => 1),
  'process-activity': seconds(() => [process('burn', 77, { cpu: 1.9, wait: 0.4, slices: 200 })]),
};

describe('the verdict of the first minute', () => {
  test('names nothing on an idle host, and rules out what was checked', () => {
    const { causes, cleared, say } = concluded({});
    expect(causes).toEqual([]);
    expect(cleared).toEqual(['CPU', 'memory', 'disk', 'packet loss', 'limits', 'errors']);
    expect(say).toMatch(/^No resource is suspect\. Ruled out: the CPU, memory/);
  });

  test('names the CPU and the process on a CPU-bound host, and rules the disk out', () => {
    const { causes, cleared, say } = concluded(loaded);
    expect(causes).toEqual(['CPU']);
    expect(cleared).toContain('disk');
    expect(say).toContain('burn (77)');
  });

  test('removes escape sequences and line breaks from process names', () => {
    const name = '\u001b[31mevil\n<b>';
    const all = judged({
      ...loaded,
      'process-activity': seconds(() => process(name, 66, { cpu: 1.9, wait: 0.4, slices: 90 })),
    });
    const said = [conclude(all).say, ...all.flatMap(({ say, culprit }) => [say, culprit])].join('');
    expect(said).toContain('evil<b> (66)');
    expect(said).not.toMatch(/[\u0000-\u001f]/);
  });

  test('rules nothing out if part of the window was not seen', () => {
    const { causes, cleared, open } = concluded({}, 0.5);
    expect([causes, cleared]).toEqual([[], []]);
    expect(open).toContain('disk');
  });

  test('begins with the cut if the capture was cut, and then rules nothing out', () => {
    const cut = 'Cut after 11 of 30 s: the host stopped answering.';
    const { cleared, say } = concluded({}, 1, cut);
    expect(cleared).toEqual([]);
    expect(say.startsWith(cut)).toBe(true);
    expect(say).not.toContain('Ruled out');
  });

  test('does not rule out a resource whose files could not be read', () => {
    const { cleared, open } = concluded({ 'kernel-log': [], memory: [] });
    expect(cleared).not.toContain('memory');
    expect(open).toEqual(expect.arrayContaining(['memory', 'errors']));
  });
});

describe('each step', () => {
  test('gives a verdict for an empty answer instead of failing', () => {
    const empty = Object.fromEntries(Object.keys(idle).map((question) => [question, []]));
    for (const { say } of judged(empty)) expect(say).toMatch(/\w.*\.$/);
  });

  test('has a threshold and a next step as text', () => {
    for (const { threshold, next } of steps) {
      expect(threshold.length).toBeGreaterThan(20);
      expect(next.say).toMatch(/[.?)]$/);
    }
  });

  test('says where to look next and what to do about it, unless it is cleared', () => {
    for (const { step, verdict, next, fix } of [...judged({}), ...judged(loaded), ...judged({}, 0.5)]) {
      expect(next, step.key).toBe(verdict === 'cleared' ? '' : step.next.say);
      if (verdict === 'cleared') expect(fix).toBe('');
      if (verdict === 'suspect') expect(fix, step.key).toMatch(/^[A-Z].{20,}$/);
    }
    expect(stepOf({ ...loaded }, 'pidstat')?.fix).toContain('CPUWeight=');
    expect(stepOf({ 'kernel-log': [] }, 'dmesg')?.fix).toContain('sysctl kernel.dmesg_restrict=0');
    expect(judged({}, 0.5).find(({ step }) => step.key === 'iostat')?.fix).toContain('Capture the whole window again');
  });

  test('that can be suspect has a fix for it', () => {
    const never = ['uptime', 'top', 'pressure'];
    for (const { key, fix } of steps) expect(fix.suspect === undefined, key).toBe(never.includes(key));
  });

  test('finds an OOM kill and a disk error in the last hour only, and quotes the kernel', () => {
    const log = [
      { t: -100, level: 'err', facility: 'kern', text: 'Out of memory: Killed process 77 (java)' },
      { t: -200, level: 'err', facility: 'kern', text: 'blk_update_request: I/O error, dev sdb, sector 1' },
    ];
    const step = stepOf({ 'kernel-log': log }, 'dmesg');
    expect(step?.say).toContain('the OOM killer ran (1 message, the last: "Out of memory: Killed process 77 (java)")');
    expect(step?.say).toContain('a disk returned errors (1 message');
    const before = concluded({ 'kernel-log': log });
    expect(before.causes).toEqual([]);
    expect(before.say).toContain('Undecided: memory (the OOM killer ran in the hour before)');
    const now = log.map((row) => ({ ...row, t: 5 }));
    expect(concluded({ 'kernel-log': now }).causes).toEqual(['memory']);
  });

  test('quotes an unknown kernel error', () => {
    const log = [{ t: -10, level: 'err', facility: 'kern', text: 'spurious APIC interrupt' }];
    expect(stepOf({ 'kernel-log': log }, 'dmesg')?.say).toBe(
      '1 kernel error in the last hour: "spurious APIC interrupt" Not a known fault; read it.',
    );
    expect(concluded({ 'kernel-log': log }).say).toContain('Undecided: kernel log (1 unknown error)');
  });

  test('calls a few drops negligible, and many suspect', () => {
    const of = (lost: number) =>
      stepOf({ 'network-interfaces': seconds(() => ({ interface: 'eth0', bytes: 1e6, packets: 10_000, lost })) }, 'sarDev'); // prettier-ignore
    expect(of(0.1)?.verdict).toBe('cleared');
    expect(of(200)?.verdict).toBe('suspect');
  });
});
