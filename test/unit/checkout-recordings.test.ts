import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Answer, Host, Sample } from '../../src/lib/index.ts';
import { connect } from '../../src/lib/index.ts';
import { FLAMEGRAPH, type FlamegraphPayload } from '../../src/lib/mime.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { shown } from './views/shown.ts';

interface Wait {
  readonly t: number;
  readonly seconds: number;
  readonly state: string | undefined;
  readonly stack: string | undefined;
}

/** The answers of a bundled recording. */
const answersOf = async (name: string) => {
  const host: Host = await connect(`recording:${join(packageRoot, 'fixtures', name)}`);
  const profile = (await host.profile()) as Answer<Sample>;
  const off = (await host.offcpu()) as Answer<Wait>;
  await host.close();
  return { profile, off };
};

const share = (of: Answer<Sample>, name: string): number =>
  of.filter(({ stack }) => stack.split(';').at(-1) === name).size / of.size;
const waited = (of: Answer<Wait>, name: string): number =>
  of.filter(({ stack }) => stack?.split(';').includes(name) === true).sum('seconds');

describe('the bundled recordings of checkout', () => {
  it.each(['checkout', 'checkout-before'])(
    '%s answers by perf and bpftrace, with whole stacks and all names',
    async (name) => {
      const { profile, off } = await answersOf(name);
      expect([profile.how.tool, off.how.tool]).toEqual(['perf', 'bpftrace']);
      expect(profile.size).toBeGreaterThan(400);
      for (const { how, health } of [profile, off]) {
        expect(how).toMatchObject({ host: 'checkout-1', lost: 0, coverage: 1 });
        expect(how.cannotSee.filter((text) => text.startsWith('no symbols') || text.includes('have no names'))).toEqual(
          [],
        );
        expect(health.say).toBe('All stacks are complete and all frames have symbols: nothing to fix.');
      }
      // Off CPU, intervals are counted, not their microseconds, and binaries are told.
      const intervals = off.sum('count' as never);
      const [first] = off.health.rows();
      expect(first).toMatchObject({ process: 'checkout', runtime: 'native', broken: 0, unknown: 0, why: '' });
      expect(off.health.filter((d) => d.pid > 0).sum('samples')).toBeLessThanOrEqual(intervals);
      expect(off.health.rows().map(({ binary }) => binary)).toContain('/opt/shop/checkout');
      const stacks = [...profile.rows(), ...off.rows()].map(({ stack }) => stack ?? '');
      expect(stacks.filter((stack) => stack.includes('[unknown]'))).toEqual([]);
    },
  );

  it('differ in what was planted: a slower validate_order from second 12 to 16, and waits in lock_inventory', async () => {
    const [after, before] = [await answersOf('checkout'), await answersOf('checkout-before')];
    const busy = after.profile.filter(({ t }) => t >= 12 && t < 16);
    const rest = after.profile.filter(({ t }) => t < 12 || t >= 16);
    expect(share(busy, 'validate_order')).toBeGreaterThan(share(rest, 'validate_order') + 0.1);
    expect(share(after.profile, 'validate_order')).toBeGreaterThan(share(before.profile, 'validate_order') + 0.1);
    expect(waited(after.off, 'lock_inventory')).toBeGreaterThan(2);
    expect(waited(before.off, 'lock_inventory') / 10).toBeLessThan(waited(after.off, 'lock_inventory') / 20 / 2);
  });

  it('have a heat map of subseconds for samples, and none for sums of waits, which have the time of their interval', async () => {
    const { profile, off } = await answersOf('checkout');
    const payload = async (answer: Answer): Promise<FlamegraphPayload> =>
      (await shown(answer.flamegraph()))[FLAMEGRAPH] as FlamegraphPayload;
    expect((await payload(profile as Answer)).grid).toBeDefined();
    expect((await payload(off as Answer)).grid).toBeUndefined();
  });
});
