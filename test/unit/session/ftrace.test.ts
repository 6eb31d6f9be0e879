import { describe, expect, it } from 'vitest';
import { FridayError } from '../../../src/lib/errors.ts';
import { availableIn, eventsFor, keysOf } from '../../../src/lib/session/ftrace/events.ts';
import { ftraceNeed, ftraceOrder } from '../../../src/lib/session/ftrace/options.ts';
import { typedFtrace } from '../../../src/lib/session/ftrace/typed.ts';

const AVAILABLE = ['sched:sched_switch', 'sched:sched_waking', 'block:block_rq_issue', 'xfs:xfs_read', 'nfs:xfs_read'];
const HOST = { cpus: 2, memory: 8e9 };

const errorOf = (act: () => unknown): FridayError => {
  try {
    act();
  } catch (error) {
    if (error instanceof FridayError) return error;
    throw error;
  }
  return expect.fail('it did not throw');
};

describe('events of host.ftrace()', () => {
  it('are named with or without their system, or by a pattern', () => {
    expect(eventsFor(['sched_switch', 'block:*', 'sched:sched_switch'], AVAILABLE)).toEqual([
      'sched:sched_switch',
      'block:block_rq_issue',
    ]);
    expect(eventsFor(['xfs_*'], AVAILABLE)).toEqual(['xfs:xfs_read', 'nfs:xfs_read']);
  });

  it('are keyed by their name, and by their system too where two have the same', () => {
    expect([...keysOf(eventsFor(['*'], AVAILABLE)).values()]).toEqual([
      'sched_switch',
      'sched_waking',
      'block_rq_issue',
      'xfs:xfs_read',
      'nfs:xfs_read',
    ]);
  });

  it('that the host does not have are refused with the nearest name', () => {
    const error = errorOf(() => eventsFor(['sched_swich'], AVAILABLE));
    expect([error.kind, error.next]).toEqual(['usage', 'Did you mean sched_switch?']);
    expect(errorOf(() => eventsFor(['sched:switch.'], AVAILABLE)).kind).toBe('usage');
    expect(
      errorOf(() =>
        eventsFor(
          ['*'],
          Array.from({ length: 300 }, (_, i) => `a:b${i}`),
        ),
      ).what,
    ).toContain('got 300');
  });

  it('whose names could be another path are not taken from a host', () => {
    const said = 'sched:sched_switch\n../../x:y\na:..\na:b/c\na b:c\n:x\nxhci-hcd:xhci_alloc_dev\n';
    expect(availableIn(said)).toEqual(['sched:sched_switch', 'xhci-hcd:xhci_alloc_dev']);
  });
});

describe('options of host.ftrace()', () => {
  it('are checked before anything is started', () => {
    for (const wrong of [
      { events: [] },
      { events: [1] },
      { events: 'a', filter: 'a\nb' },
      { events: 'a', filter: { a: '' } },
      { events: 'a', hz: 3 },
      { events: 'a', buffer: 3 },
    ])
      // prettier-ignore
      expect(errorOf(() => ftraceNeed(wrong as never)).kind, JSON.stringify(wrong)).toBe('usage');
    expect(ftraceNeed({ events: 'a', seconds: '2s', allow: ['sudo'] })).toMatchObject({ seconds: 2, sudo: true });
  });

  it('give a filter to each event, and a buffer that fits the host', () => {
    const filter = { sched_switch: 'prev_pid > 0' };
    expect(ftraceOrder({ events: 'sched:*', filter }, AVAILABLE, HOST)).toEqual({
      events: ['sched:sched_switch', 'sched:sched_waking'],
      filters: { 'sched:sched_switch': 'prev_pid > 0' },
      kb: 8192,
    });
    expect(ftraceOrder({ events: 'sched_waking', filter: 'pid > 0' }, AVAILABLE, { cpus: 512, memory: 1e12 })).toEqual({
      events: ['sched:sched_waking'],
      filters: { 'sched:sched_waking': 'pid > 0' },
      kb: 512,
    });
    expect(ftraceOrder({ events: 'sched_waking', buffer: '1MB' }, AVAILABLE, HOST).kb).toBe(977);
    expect(errorOf(() => ftraceOrder({ events: 'sched_switch', filter: { nix: 'a' } }, AVAILABLE, HOST)).kind).toBe('usage'); // prettier-ignore
  });

  it('are shown as one would type them', () => {
    const order = { events: ['sched:sched_switch'], filters: { 'sched:sched_switch': "a == 'b'" }, kb: 64 };
    expect(typedFtrace(order, [7], 'pages')).toContain(`echo 'a == '\\''b'\\''' > events/sched/sched_switch/filter\n`);
    expect(typedFtrace(order, [7], 'pages')).toContain('/proc/7/task');
  });
});
