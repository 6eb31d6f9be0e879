import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import { openTransport } from '../../src/lib/transport/open.ts';
import type { Transport, TransportOptions } from '../../src/lib/transport/transport.ts';
import { startSshd, whyNoSshd, type Sshd } from './sshd.ts';

const why = whyNoSshd();
const NOISE = 'echo NOISE; echo "@@fbf+"; printf "\\033[31mmore\\n"; echo oops >&2\n';
const LOGINS = [
  { name: 'plain' },
  { name: 'noisy', shell: '/usr/bin/bash', home: { '.bashrc': NOISE } },
  { name: 'fishy', shell: '/usr/bin/fish', home: { '.config/fish/config.fish': 'echo NOISE\n' } },
  { name: 'tcshy', shell: '/usr/bin/tcsh', home: { '.tcshrc': 'echo NOISE\n' } },
  { name: 'narrow', shell: '/usr/bin/rbash' },
] as const;

let sshd: Sshd | undefined;
beforeAll(async () => {
  if (why !== undefined) return;
  const { Nologin, Worded } = { Nologin: { name: 'nologin', shell: '/usr/sbin/nologin' }, Worded: { name: 'worded', password: 'a b$c', keyless: true } as const }; // prettier-ignore
  sshd = await startSshd({ logins: [...LOGINS, Nologin, Worded] });
});
afterAll(() => sshd?.stop());

const open = (url: string, options: TransportOptions = {}): Promise<Transport> =>
  openTransport(url, { sshConfig: sshd?.config, ...options }).then((opened) => opened.transport);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const failure = (work: Promise<unknown>): Promise<FridayError> =>
  work.then(
    () => expect.fail('expected an error'),
    (error: unknown) => (error instanceof FridayError ? error : Promise.reject(error as Error)),
  );

/** The contract of every transport. */
const contract = (url: string) => () => {
  let transport: Transport;
  beforeAll(async () => {
    transport = await open(url);
  });
  afterAll(() => transport.close());

  it('returns exactly the output of a script, and its status', async () => {
    const { stdout, stderr, status } = await transport.sh('printf "a\\0b\\n\\n"; printf oops >&2; exit 7');
    expect([text(stdout), stderr, status]).toEqual(['a\0b\n\n', 'oops', 7]);
  });
  it('answers concurrent scripts in order, each with its own output', async () => {
    const answers = await Promise.all([1, 2, 3].map((i) => transport.sh(`sleep 0.0${3 - i}; echo ${i}`)));
    expect(answers.map(({ stdout }) => text(stdout))).toEqual(['1\n', '2\n', '3\n']);
  });
  it('does not keep variables that a script sets', async () => {
    await transport.sh('cd /tmp; X=1; export X; trap "" TERM; set -e');
    expect(text((await transport.sh('pwd; echo "[$X]"')).stdout)).toMatch(/^(?!\/tmp\n).*\n\[\]\n$/);
  });
  it('survives a script with a syntax error', async () => {
    expect((await transport.sh("if then 'fi")).status).not.toBe(0);
    expect((await transport.sh('exit 0')).status).toBe(0);
  });
  it('passes any text through the quoting unchanged', async () => {
    const odd = `'"$(id)\`id\`\\\n*é‮${'x'.repeat(5000)}`;
    expect(text((await transport.sh(`cat <<'END'\n${odd}\nEND`)).stdout)).toBe(`${odd}\n`);
  });
  it('transfers megabytes', async () => {
    const { stdout } = await transport.sh('head -c 3000000 /dev/zero');
    expect(stdout.length).toBe(3_000_000);
  });
  it('kills a script at its time limit with all its descendants, and keeps working', async () => {
    const error = await failure(transport.sh('sh -c "sleep 4711; :" & wait', { timeout: 300 }));
    expect(error.kind).toBe('interrupted');
    expect(text((await transport.sh('grep -l "^sleep.4711" /proc/[0-9]*/cmdline | wc -l')).stdout).trim()).toBe('0');
  });
  it('stops a script when the signal aborts', async () => {
    const gone = AbortSignal.timeout(200);
    expect((await failure(transport.sh('sleep 4712', { signal: gone }))).kind).toBe('interrupted');
  });
  it('exchanges lines with a running script', async () => {
    const lines: string[] = [];
    const script = 'echo ready; while read -r l; do [ "$l" = end ] && break; echo "got $l"; done';
    await transport.sh(script, {
      talk: (heard, say) => {
        lines.push(heard);
        say(heard.includes('ready') ? 'one\n' : 'end\n');
      },
    });
    expect(lines.join('')).toContain('ready\ngot one\n');
  });
  it('gives a script that reads its input an end of file', async () => {
    expect(text((await transport.sh('cat; echo end')).stdout)).toBe('end\n');
  });
  it('runs programs in separate channels that end when their input is closed', async () => {
    const running = await transport.start('cat; echo bye; exit 5');
    let heard = '';
    const reading = (async () => {
      for await (const bytes of running.output) heard += text(bytes);
    })();
    await transport.sh(':');
    running.end();
    await reading;
    expect(heard).toMatch(/bye\n$/);
    expect((await running.done).status).toBe(5);
  });
  it('reports the end of the connection once, without a reason if it was closed on purpose', async () => {
    const other = await open(url);
    await other.close();
    expect(await other.gone).toBeUndefined();
    await expect(other.sh('echo')).rejects.toThrow();
    if (url !== 'local:') await expect(other.start('echo')).rejects.toThrow();
  });
};

describe('local:', contract('local:'));
for (const { name } of LOGINS) describe.skipIf(why)(`ssh, login ${name} (${why ?? 'runs'})`, contract(`ssh://${name}`));

describe.skipIf(why)(`ssh refuses to connect (${why ?? 'runs'})`, () => {
  it('to an account without a shell, and says to use another login', async () => {
    const error = await failure(open('ssh://nologin'));
    expect([error.kind, error.next]).toEqual(['not-allowed', expect.stringContaining('login with a shell')]);
  });
  it('at once if a password is needed and nobody can be asked', async () => {
    const error = await failure(open('ssh://worded'));
    expect([error.kind, error.next]).toEqual(['auth', expect.stringContaining('ssh-copy-id worded')]);
  });
  it('with a wrong password, after asking for it', async () => {
    let asked = 0;
    const prompter = (): Promise<string> => Promise.resolve(`wrong${asked++}`);
    expect((await failure(open('ssh://worded', { prompter }))).kind).toBe('auth');
    expect(asked).toBeGreaterThan(0);
  });
  it('if the user does not answer', async () => {
    const prompter = (): Promise<string> => Promise.reject(new Error('no'));
    expect((await failure(open('ssh://worded', { prompter }))).kind).toBe('auth');
  });
  it('to a port without a listener, and to an unknown host name', async () => {
    expect((await failure(open('ssh://127.0.0.1:1'))).kind).toBe('unreachable');
    expect((await failure(open('ssh://no-such-host.invalid'))).kind).toBe('unreachable');
  });
  it('to a host with an unknown or a changed host key', async () => {
    const { config, address, port, dir } = sshd!;
    const none = await failure(open(`ssh://${address}:${port}`, { sshConfig: '/dev/null' }));
    expect([none.kind, none.next]).toEqual(['host-key', expect.stringContaining(`ssh-keyscan -p ${port}`)]);
    const { readFileSync, writeFileSync } = await import('node:fs');
    const changed = `${dir}/changed`;
    writeFileSync(changed, `[${address}]:${port} ${readFileSync(`${dir}/key.pub`, 'utf8')}`);
    const other = `${dir}/changed_config`;
    writeFileSync(other, readFileSync(config, 'utf8').replaceAll(`${dir}/known_hosts`, changed));
    const error = await failure(open('ssh://plain', { sshConfig: other }));
    expect([error.kind, error.next]).toEqual(['host-key', expect.stringContaining('ssh-keygen -f')]);
    writeFileSync(other, `${readFileSync(other, 'utf8')}  StrictHostKeyChecking no\n`);
    expect((await failure(open('ssh://plain', { sshConfig: other }))).kind).toBe('host-key');
  });
});

describe.skipIf(why)(`ssh asks (${why ?? 'runs'})`, () => {
  it('for a password, and never for anything else', async () => {
    const asked: string[] = [];
    const prompter = (prompt: string): Promise<string> => {
      asked.push(prompt);
      return Promise.resolve('a b$c');
    };
    const transport = await open('ssh://worded', { prompter });
    expect(text((await transport.sh('id -un')).stdout)).toBe('worded\n');
    await transport.close();
    expect(asked).toEqual([expect.stringContaining('password')]);
  });
  it('about an unknown host key, with its fingerprint', async () => {
    const asked: string[] = [];
    const { config, dir } = sshd!;
    const { readFileSync, writeFileSync } = await import('node:fs');
    const fresh = `${dir}/fresh_config`;
    writeFileSync(fresh, readFileSync(config, 'utf8').replaceAll(`${dir}/known_hosts`, `${dir}/fresh_hosts`));
    const no = (): Promise<string> => Promise.resolve('no');
    expect((await failure(open('ssh://plain', { sshConfig: fresh, prompter: no }))).kind).toBe('host-key');
    const prompter = (prompt: string): Promise<string> => {
      asked.push(prompt);
      return Promise.resolve('yes');
    };
    await (await open('ssh://plain', { sshConfig: fresh, prompter })).close();
    expect(asked).toEqual([expect.stringContaining('SHA256:')]);
  });
});
