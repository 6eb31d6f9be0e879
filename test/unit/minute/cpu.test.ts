import { describe, expect, test } from 'vitest';
import { activity, busy, concluded, judged, process, seconds, stepOf } from './minute.ts';

describe('the CPU in the first minute', () => {
  test('is not ruled out by a mean that hides one bad second in sixty', () => {
    const one = (i: number, bad: number, rest: number): number => (i === 30 ? bad : rest);
    const changes = {
      'system-activity': activity((i) => ({ cpuPressure: one(i, 0.6, 0.01) })),
      'cpu-utilization': busy((i) => one(i, 1, 0.05)),
      'process-activity': seconds((i) => [
        process('shop', 9, { cpu: 0.01 }),
        process('cron', 7, { cpu: one(i, 1.5, 0) }),
      ]),
    };
    const { causes, say } = concluded(changes);
    expect(causes).toEqual(['CPU']);
    expect(say).toContain('cron (7)');
  });

  test('is ruled out with one second of 11 % in the minute, and undecided with two', () => {
    const noisy = (times: readonly number[]) => ({
      'system-activity': activity((i) => ({ cpuPressure: times.includes(i) ? 0.11 : 0.02 })),
      'cpu-utilization': busy((i) => (times.includes(i) ? 0.2 : 0.05)),
    });
    const once = concluded(noisy([30]));
    expect(once.cleared).toContain('CPU');
    expect(stepOf(noisy([30]), 'vmstat')?.say).toContain('in at most 11 % of any second');
    const twice = concluded(noisy([30, 40]));
    expect(twice.cleared).not.toContain('CPU');
    expect(twice.causes).toEqual([]);
  });

  test('is suspect by bursts of 200 ms in a few seconds', () => {
    const burst = (i: number): boolean => i % 12 === 0;
    const changes = {
      'system-activity': activity((i) => ({ cpuPressure: burst(i) ? 0.2 : 0 })),
      'cpu-utilization': busy((i) => (burst(i) ? 0.25 : 0.05)),
    };
    expect(concluded(changes).causes).toEqual(['CPU']);
  });

  test('is busy and not suspect if no task waits: one process that computes', () => {
    const changes = {
      'system-activity': activity(() => ({ idle: 0.5, user: 0.5, cpuPressure: 0.02 })),
      'cpu-utilization': busy(() => 0.5),
      'process-activity': seconds(() => [process('xz', 8, { cpu: 0.99, wait: 0.01, slices: 100 })]),
    };
    const { causes, cleared, say } = concluded(changes);
    expect(causes).toEqual([]);
    expect(cleared).not.toContain('CPU');
    expect(say).toMatch(/CPU \(xz \(8\) is busy, no task waited for a CPU\)/);
  });

  test('does not accuse a batch job at nice 19, though its tasks wait for each other', () => {
    const batch = [8, 9, 10, 11].map((pid) => process('xz', pid, { cpu: 0.5, wait: 0.5, slices: 200, nice: 19 }));
    const changes = {
      'system-activity': activity(() => ({ idle: 0, user: 1, cpuPressure: 1, runnable: 5 })),
      'cpu-utilization': busy(() => 1),
      'process-activity': seconds(() => [...batch, process('shop', 5, { cpu: 0.05, wait: 0.004, slices: 100 })]),
    };
    expect(concluded(changes).causes).toEqual([]);
    expect(stepOf(changes, 'vmstat')?.say).toContain('only background processes');
  });

  test('is suspect if a process at nice 0 waits beside a batch job at nice 19', () => {
    const batch = [8, 9].map((pid) => process('xz', pid, { cpu: 0.9, wait: 0.1, slices: 200, nice: 19 }));
    const changes = {
      'system-activity': activity(() => ({ idle: 0, user: 1, cpuPressure: 1 })),
      'cpu-utilization': busy(() => 1),
      'process-activity': seconds(() => [...batch, process('shop', 5, { cpu: 0.2, wait: 0.3, slices: 100 })]),
    };
    expect(concluded(changes).causes).toEqual(['CPU']);
  });

  test('is not suspect if a busy server waits often, each time for some microseconds', () => {
    const server = [8, 9].map((pid) => process('nginx', pid, { cpu: 0.6, wait: 0.12, slices: 6000 }));
    const changes = {
      'system-activity': activity(() => ({ idle: 0.4, user: 0.6, cpuPressure: 0.2 })),
      'cpu-utilization': busy(() => 0.6),
      'process-activity': seconds(() => server),
    };
    expect(concluded(changes).causes).toEqual([]);
  });

  test('names all of several equal culprits', () => {
    const hogs = [150, 151, 152].map((pid) => process('checkout', pid, { cpu: 0.53, wait: 0.5, slices: 150 }));
    const changes = {
      'system-activity': activity(() => ({ idle: 0, user: 1, cpuPressure: 1 })),
      'cpu-utilization': busy(() => 1),
      'process-activity': seconds(() => hogs),
    };
    expect(concluded(changes).say).toContain('Suspect: the CPU (3 x checkout, 53 % each).');
  });

  test('names one CPU for which tasks wait while others are idle', () => {
    const pinned = [5, 6].map((pid) => process('worker', pid, { cpu: 0.5, wait: 0.5, slices: 150, onCpu: 1 }));
    const changes = {
      'system-activity': activity(() => ({ cpuPressure: 0.9 })),
      'cpu-utilization': seconds(() => [
        { cpu: 'all', busy: 0.5 },
        { cpu: '0', busy: 0.01 },
        { cpu: '1', busy: 1 },
      ]),
      'process-activity': seconds(() => pinned),
    };
    expect(concluded(changes).say).toMatch(/Suspect: the CPU \(.*CPU 1/);
  });

  test('names the cgroup that is throttled by its CPU quota', () => {
    const limits = seconds((i) => ({ cgroup: '/shop.slice', kind: 'cpu', throttled: i === 20 ? 0.4 : 0 }));
    const { causes, say } = concluded({ 'cgroup-limits': limits });
    expect(causes).toEqual(['CPU']);
    expect(say).toContain('CPU quota of /shop.slice');
  });

  test('is undecided if our own sampling used half of the CPU time', () => {
    const waited = activity((i) => ({ idle: 0.4, cpuPressure: i > 40 ? 0.2 : 0.01 }));
    const vmstat = (ours: number) =>
      judged({ 'system-activity': waited, 'cpu-utilization': busy(() => 0.6) }, 1, undefined, ours).find(
        ({ step }) => step.key === 'vmstat',
      );
    expect(vmstat(0.05)?.verdict).toBe('suspect');
    expect(vmstat(0.9)).toMatchObject({
      verdict: 'undecided',
      say: expect.stringContaining('our own sampling') as string,
    });
  });

  test('is suspect by steal', () => {
    const steal = activity((i) => ({ steal: i > 50 ? 0.4 : 0 }));
    expect(concluded({ 'system-activity': steal }).say).toContain('the hypervisor (steal)');
  });

  test('is not checked if the kernel does not measure waiting', () => {
    const blind = seconds(() => ({ idle: 0.9, wait: 0, runnable: 1, steal: 0 }));
    const changes = {
      'system-activity': blind,
      'process-activity': seconds(() => ({ process: 'a (1)', name: 'a', cpu: 0.1 })),
    };
    const { cleared, open } = concluded(changes);
    expect(cleared).not.toContain('CPU');
    expect(open).toContain('CPU');
    expect(judged(changes).find(({ step }) => step.key === 'vmstat')?.verdict).toBe('not checked');
  });

  test('is not ruled out if processes too short-lived to be sampled used it, and their parent is named', () => {
    const storm = activity(() => ({ idle: 0.1, user: 0.5, system: 0.4, forks: 900, cpuPressure: 0.5 }));
    const changes = {
      'system-activity': storm,
      'cpu-utilization': busy(() => 0.9),
      'process-activity': seconds(() => process('make', 9, { cpu: 0.05, childCpu: 1.5 })),
    };
    expect(concluded(changes).say).toContain('short-lived processes of make (9)');
  });
});
