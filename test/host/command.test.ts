import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn as openTerminal } from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/lib/paths.ts';
import { byCommand, dieOnce, LOGINS, SIGNALS } from './deaths.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const built = existsSync(join(packageRoot, 'dist', 'recorder', 'main.js'));
const why = whyNoSshd() ?? (built ? undefined : 'needs npm run build');

describe.skipIf(why)(`fbf look stopped by a signal (${why ?? 'runs'})`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ net: 'own', logins: LOGINS });
  });
  afterAll(() => {
    sshd.stop();
  });

  const killed = { name: 'a killed command', kill: ({ owner }: { owner: { kill(s: 'SIGKILL'): boolean } }) => void owner.kill('SIGKILL') }; // prettier-ignore
  for (const death of [...SIGNALS, killed])
    it(`leaves nothing behind after ${death.name}`, () => dieOnce(sshd, 'plain', death, byCommand));
});

describe.skipIf(!built)('fbf look in a terminal (needs npm run build)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-terminal-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('returns to the prompt after Ctrl-C only when the verdict is printed', async () => {
    const path = (process.env['PATH'] ?? '').split(':').filter((each) => !each.startsWith(packageRoot));
    const shell = openTerminal('bash', ['--norc', '-i'], {
      cols: 140,
      cwd: folder,
      env: { ...process.env, PATH: path.join(':'), FBF_RECORDINGS: folder, PS1: 'prompt> ' },
    });
    let screen = '';
    shell.onData((text) => (screen += text));
    const shows = (what: RegExp): Promise<unknown> => expect.poll(() => screen, { timeout: 200_000 }).toMatch(what);
    try {
      await shows(/prompt> $/);
      shell.write(`${join(packageRoot, 'bin', 'fbf')} look local: --seconds 55; echo "status=$?"\r`);
      await shows(/ 3 of 55 s/);
      screen = '';
      shell.write('\u0003');
      await shows(/prompt> $/);
      const [verdict = '', rest = ''] = screen.split(/status=/);
      expect(verdict).toMatch(/uptime[^]*iostat[^]*Cost on the host/);
      expect(rest).toMatch(/^0\s+prompt> $|^0[^]*prompt> $/);
      expect(rest).not.toContain('Cost on the host');
    } finally {
      shell.kill('SIGKILL');
    }
  });
});
