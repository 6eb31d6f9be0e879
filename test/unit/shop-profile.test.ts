import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Sample } from '../../src/lib/index.ts';
import { openProfile } from '../../src/lib/index.ts';
import { TABLE, type TablePayload } from '../../src/lib/mime.ts';
import { packageRoot } from '../../src/lib/paths.ts';
import { shown } from './views/shown.ts';

const folder = join(packageRoot, 'fixtures', 'shop-profile');

/** The share of samples whose stack contains a text. */
const share = (of: Answer<Sample>, text: string): number => of.filter((d) => d.stack.includes(text)).size / of.size;

describe('the bundled profile of the shop', () => {
  let profile: Answer<Sample>;
  beforeAll(async () => {
    profile = await openProfile(join(folder, 'shop.data.zst'), { symbols: join(folder, 'symbols') });
  });

  test('has 30 s of several processes with at least 3,000 samples', () => {
    expect(profile.size).toBeGreaterThan(3000);
    expect(profile.how).toMatchObject({ host: 'shop-1', lost: 0, coverage: 1 });
    const names = new Set(profile.rows().map(({ comm }) => comm));
    for (const name of ['shop-front', 'price.py', 'thumbs', 'orderdb']) expect(names).toContain(name);
  });

  test('has C, C++, kernel and compiled JavaScript functions, named by the bundled symbols', () => {
    for (const name of ['compress_photo', 'node::Start', 'do_syscall_64', 'importStock file:///srv/shop/stock-feed.js'])
      expect(share(profile, name), name).toBeGreaterThan(0.001);
  });

  test('has a health table that says each cause and each fix once, the fix to its end', async () => {
    for (const { why, fix } of profile.health.rows()) {
      const parts = [...why.split('; '), ...fix.split(/(?<=\.) (?=[A-Z])/)].filter((part) => part !== '');
      expect(parts).toEqual([...new Set(parts)]);
    }
    expect(profile.health.columns).toMatchObject({ why: { role: 'below' }, fix: { role: 'below' } });
    const { columns } = (await shown(profile.health.show()))[TABLE] as TablePayload;
    expect(columns.find(({ name }) => name === 'fix')?.values).toEqual(profile.health.rows().map(({ fix }) => fix));
  });

  test('shows its cause at one offset in each second: a regular expression on a timer', () => {
    const inStripe = ({ t }: { t: number }): boolean => t % 1 >= 0.3 && t % 1 < 0.6;
    const stripe = profile.filter(inStripe);
    const rest = profile.filter((d) => !inStripe(d));
    expect(share(stripe, 'RegExp.')).toBeGreaterThan(0.5);
    expect(share(rest, 'RegExp.')).toBeLessThan(0.1);
    expect(share(stripe, 'importStock')).toBeGreaterThan(0.5);
  });
});
