import { describe, expect, test } from 'vitest';
import { activity, concluded, process, seconds, stepOf } from './minute.ts';

describe('memory in the first minute', () => {
  test('is suspect after one second of reclaim in a cgroup, which is named', () => {
    const inside = seconds((i) => [
      { cgroup: '/', resource: 'memory', some: i === 9 ? 0.5 : 0, full: 0 },
      { cgroup: '/shop', resource: 'memory', some: i === 9 ? 0.5 : 0, full: 0 },
    ]);
    const { causes, say } = concluded({ 'cgroup-pressure': inside });
    expect(causes).toEqual(['memory']);
    expect(say).toContain('cgroup /shop');
  });

  test('is suspect if tasks wait briefly for swap-ins in most seconds', () => {
    const swapping = (i: number, share: number) => (i % 3 > 0 ? { memoryPressure: share, swapIn: 4096 * 500 } : {});
    const { causes } = concluded({ 'system-activity': activity((i) => swapping(i, 0.06)) });
    expect(causes).toEqual(['memory']);
    const rare = (i: number): object => (i < 10 ? swapping(i, 0.06) : {});
    expect(concluded({ 'system-activity': activity((i) => ({ ...rare(i) })) }).causes).toEqual([]);
    expect(stepOf({ 'system-activity': activity((i) => swapping(i, 0.06)) }, 'free')?.say).toContain(
      'tasks waited for memory in 6 % of the worst second and in 3 % or more of 40 of 60 seconds',
    );
  });

  test('is suspect when the OOM killer ran in the window', () => {
    const killed = seconds((i) => ({ oomKills: i === 3 ? 1 : 0, stalls: 0 }));
    expect(concluded({ reclaim: killed }).causes[0]).toBe('memory');
  });

  test('is listed before the disk whose waiting it causes', () => {
    const changes = {
      'system-activity': activity(() => ({ memoryPressure: 0.6, ioPressure: 0.8, swapIn: 1e7 })),
      'disk-activity': seconds(() => ({ device: 'sda', util: 1, reads: 50, read: 2e5, readAwait: 0.05, await: 0.05, writes: 0, written: 0, queue: 3 })), // prettier-ignore
    };
    expect(concluded(changes).causes).toEqual(['memory', 'disk']);
  });

  test('is not suspect because of a large page cache', () => {
    const cache = [{ t: 0, total: 16 * 2 ** 30, available: 15 * 2 ** 30, cache: 14 * 2 ** 30, free: 1e8 }];
    expect(concluded({ memory: cache }).cleared).toContain('memory');
  });
});

const disk = (more: object) => ({
  device: 'sda',
  util: 0.9,
  reads: 0,
  writes: 0,
  read: 0,
  written: 0,
  queue: 1,
  ...more,
});

describe('the disk in the first minute', () => {
  test('is suspect if a device is slow at a low request rate, also loop and device-mapper devices', () => {
    for (const device of ['dm-0', 'loop3', 'sdb']) {
      const changes = {
        'system-activity': activity(() => ({ ioPressure: 0.5 })),
        'disk-activity': seconds((i) => disk({ device, reads: i % 2, read: 4096, readAwait: i % 2 ? 0.4 : undefined, await: i % 2 ? 0.4 : undefined })), // prettier-ignore
      };
      const { causes, say } = concluded(changes);
      expect(causes).toEqual(['disk']);
      expect(say).toContain(device);
    }
  });

  test('is suspect if a device completes no request in two seconds', () => {
    const changes = {
      'system-activity': activity((i) => ({ ioPressure: i > 57 ? 1 : 0 })),
      'disk-activity': seconds((i) => disk({ device: 'nbd0', util: i > 57 ? 1 : 0 })),
    };
    expect(concluded(changes).causes).toEqual(['disk']);
  });

  test('is busy, not slow, at 76 % with requests of 1.5 ms and no waiting task', () => {
    const changes = { 'disk-activity': seconds(() => disk({ util: 0.76, writes: 500, written: 4e6, writeAwait: 0.0015, await: 0.0015 })) }; // prettier-ignore
    const { causes, cleared } = concluded(changes);
    expect([causes, cleared.includes('disk')]).toEqual([[], true]);
    expect(stepOf(changes, 'iostat')?.say).toContain('busy, not slow');
  });

  test('is not suspect if only a sequential reader waits', () => {
    const changes = {
      'system-activity': activity(() => ({ ioPressure: 0.9 })),
      'disk-activity': seconds(() => disk({ util: 1, reads: 100, read: 1e8, readAwait: 0.04, await: 0.04 })),
      'process-activity': seconds(() => [process('dd', 7, { read: 1e8, state: 'D' }), process('shop', 9)]),
    };
    const { causes, say } = concluded(changes);
    expect(causes).toEqual([]);
    expect(say).toContain('only dd (7) is known to have waited');
  });

  test('names the writer and its bytes if another process waits', () => {
    const changes = {
      'system-activity': activity(() => ({ ioPressure: 0.9 })),
      'disk-activity': seconds(() => disk({ util: 1, writes: 60, written: 6e7, writeAwait: 0.2, await: 0.2 })),
      'process-activity': seconds(() => [process('backup', 7, { written: 6e7, state: 'D' }), process('db', 9, { written: 1e4, state: 'D' })]), // prettier-ignore
    };
    const { causes, say } = concluded(changes);
    expect(causes).toEqual(['disk']);
    expect(say).toMatch(/sda: backup \(7\), 57 MiB\/s written/);
  });

  test('is suspect if tasks wait for I/O and no device is busy: an I/O limit, a network filesystem', () => {
    const changes = {
      'system-activity': activity(() => ({ ioPressure: 0.9 })),
      'process-activity': seconds(() => process('shop', 9, { state: 'D', read: 1e5 })),
    };
    const { causes, say } = concluded(changes);
    expect(causes).toEqual(['disk']);
    expect(say).toContain('waits above the block devices');
    const pressure = (cgroup: string, some: number) => ({ cgroup, resource: 'io', some, full: some });
    const inside = seconds(() => [pressure('/', 0.9), pressure('/shop', 0.9), pressure('/shop/db', 0.88), pressure('/cron', 0.1)]); // prettier-ignore
    expect(concluded({ ...changes, 'cgroup-pressure': inside }).say).toContain(
      'waits above the block devices, cgroup /shop/db',
    );
  });

  test('is not ruled out if reads are slow and pressure cannot be read', () => {
    const blind = seconds(() => ({ idle: 0.9, wait: 0.01, runnable: 1 }));
    const changes = { 'system-activity': blind, 'disk-activity': seconds(() => disk({ reads: 2, read: 8192, readAwait: 0.3, await: 0.3 })) }; // prettier-ignore
    expect(concluded(changes).cleared).not.toContain('disk');
  });
});
