import { describe, expect, test } from 'vitest';
import { concluded, seconds, stepOf } from './minute.ts';

const tcp = (more: (i: number) => object) =>
  seconds((i) => ({ netns: '1', sent: 100, retransmitted: 0, active: 1, passive: 1, timeouts: 0, ...more(i) }));

describe('the network in the first minute', () => {
  test.each([
    ['one connection dropped at a full accept queue', (i: number) => ({ listenOverflows: i === 7 ? 1 : 0 })],
    ['SYNs dropped at a full SYN queue', (i: number) => ({ synDrops: i === 7 ? 3 : 0 })],
    ['a few timeouts on few segments', (i: number) => ({ sent: 2, timeouts: i % 20 === 0 ? 1 : 0 })],
    ['a lossy second', (i: number) => ({ retransmitted: i === 7 ? 5 : 0 })],
    ['SYNs without an answer', (i: number) => ({ synRetransmitted: i < 2 ? 1 : 0 })],
  ])('is suspect by %s', (_name, more) => {
    expect(concluded({ tcp: tcp(more) }).causes).toEqual(['network']);
  });

  test('is judged by network namespace: a busy one does not hide a lossy one', () => {
    const rows = seconds(() => [
      { netns: '1', sent: 1e6, retransmitted: 0 },
      { netns: '2', sent: 20, retransmitted: 1 },
    ]);
    const { causes, say } = concluded({ tcp: rows });
    expect(causes).toEqual(['network']);
    expect(say).toContain('network namespace 2');
  });

  test('is suspect if datagrams were dropped at a full buffer, or packets at a full backlog queue', () => {
    const udp = seconds((i) => ({ receiveBufferErrors: i === 5 ? 40 : 0 }));
    expect(concluded({ udp }).causes).toEqual(['network']);
    expect(concluded({ softnet: seconds((i) => ({ cpu: '0', dropped: i === 5 ? 4 : 0 })) }).causes).toEqual([
      'network',
    ]);
  });

  test('is never ruled out completely: /proc shows loss, but no round-trip times, locks or peers', () => {
    const { cleared, open, say } = concluded({});
    expect(cleared).toContain('packet loss');
    expect(cleared).not.toContain('network');
    expect(open.join()).toMatch(/round-trip times.*locks/);
    expect(say).toMatch(/Not checked: what \/proc does not show \(round-trip times.*locks and peers\)\.$/);
  });

  test('is undecided with a few retransmits, and says how many', () => {
    const rows = tcp((i) => ({ sent: 10_000, retransmitted: i % 10 === 0 ? 1 : 0 }));
    const { causes, cleared, say } = concluded({ tcp: rows });
    expect([causes, cleared.includes('packet loss')]).toEqual([[], false]);
    expect(say).toMatch(/Undecided: network \(6 of 600,000 segments retransmitted/);
  });
});

describe('limits in the first minute', () => {
  test('leave our own sampler and recorder out', () => {
    const one = (who: string, share: number) => ({ limit: 'descriptors of a process', who, used: share * 1e3, most: 1e3, share }); // prettier-ignore
    const limits = seconds(() => [one('fbf-sampler (7)', 0.96), one('shop (9)', 0.5)], 2);
    expect(stepOf({ limits }, 'limits')?.verdict).toBe('cleared');
    expect(stepOf({ limits }, 'limits')?.say).toContain('shop (9)');
    const processes = [{ process: 'fbf-recorder (8)', cpu: 0.4, resident: 1e9, state: 'S' }, { process: 'shop (9)', cpu: 0.1, resident: 1e7, state: 'S' }]; // prettier-ignore
    expect(stepOf({ processes }, 'top')?.say).toBe('1 process; shop (9) used 10 % of a CPU, shop (9) holds most memory (9.5 MiB).'); // prettier-ignore
  });

  test('are suspect if a process has used all its file descriptors', () => {
    const limits = seconds(
      () => ({ limit: 'descriptors of a process', who: 'shop (9)', used: 1024, most: 1024, share: 1 }),
      2,
    );
    const { causes, say } = concluded({ limits });
    expect(causes).toEqual(['limits']);
    expect(say).toContain('descriptors of a process (shop (9))');
  });

  test('are suspect if pids.max refused a fork', () => {
    const rows = seconds((i) => ({ cgroup: '/shop', kind: 'pids', refused: i === 4 ? 2 : 0 }));
    expect(concluded({ 'cgroup-limits': rows }).causes).toEqual(['limits']);
  });

  test('of the connection tracking table count as network', () => {
    const rows = seconds(
      () => ({ limit: 'tracked connections', who: '1', used: 64, most: 64, share: 1, refused: 3 }),
      4,
    );
    expect(concluded({ limits: rows }).causes).toEqual(['network']);
  });

  test('are not checked in a recording without them', () => {
    const { open } = concluded({ limits: [], 'cgroup-limits': [] });
    expect(open).toContain('limits');
    expect(stepOf({ limits: [] }, 'limits')?.verdict).toBe('not checked');
  });
});
