import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Findings, type Host, sixtySeconds } from '../../src/lib/index.ts';
import { type Guest, startGuest, whyNoGuest } from './guest.ts';

const why = whyNoGuest();

describe.skipIf(why !== undefined)(
  `another kernel with nothing but busybox${why === undefined ? '' : ` (${why})`}`,
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'fbf-guest-test-'));
    let guest: Guest;
    let host: Host;
    let seen: Findings;

    beforeAll(async () => {
      guest = await startGuest();
      process.env['FBF_SSH_CONFIG'] = guest.config;
      process.env['FBF_RECORDINGS'] = dir;
      // The guest's new host key is accepted once here and verified from then on.
      execFileSync('ssh', ['-F', guest.config, 'guest', 'true'], { stdio: 'ignore' });
      host = await connect('ssh://guest');
      seen = sixtySeconds((await host.ask(sixtySeconds.questions as never, { seconds: 15 })) as never);
    });

    afterAll(async () => {
      await host.close();
      guest.stop();
      delete process.env['FBF_SSH_CONFIG'];
      rmSync(dir, { recursive: true, force: true });
    });

    test('answers the first minute with the sampler by head, and says so', () => {
      expect(seen.size).toBeGreaterThanOrEqual(10);
      expect(seen.how).toMatchObject({ tool: '/proc', reader: 'head' });
      expect(seen.how.kernel).toMatch(/cloud-amd64/);
    });

    test('names no resource while it is idle', () => {
      expect(seen.causes).toEqual([]);
    });

    test('has nothing of ours left afterwards', async () => {
      expect((await host.audit()).rows()).toEqual([]);
    });
  },
);
