import { describe, expect, it } from 'vitest';
import { FridayError } from '../../src/lib/errors.ts';
import { quote } from '../../src/lib/transport/quote.ts';
import { masterArgs } from '../../src/lib/transport/ssh-options.ts';
import { sshError } from '../../src/lib/transport/ssh-errors.ts';
import { parseUrl } from '../../src/lib/transport/url.ts';

const ssh = (host: string, user?: string, port?: number) => ({ kind: 'ssh', host, user, port }) as const;

describe('a host can be named by', () => {
  it.each([
    ['local:', { kind: 'local' }],
    ['ssh://web1', ssh('web1')],
    ['web1', ssh('web1')],
    ['ssh://al@web-1.example.org:2222', ssh('web-1.example.org', 'al', 2222)],
    ['al@10.0.0.7', ssh('10.0.0.7', 'al')],
    ['ssh://[fe80::1%25eth0]:22/', ssh('fe80::1%eth0', undefined, 22)],
    ['ssh://al@corp.example@host', ssh('host', 'al@corp.example')],
    ['ssh://DOMAIN%5Cal@host', ssh('host', 'DOMAIN\\al')],
  ])('%s', (url, target) => {
    expect(parseUrl(url)).toEqual(target);
  });
});

describe('options, second hosts and commands are refused as host names', () => {
  it.each([
    '',
    'ssh://',
    '-oProxyCommand=id',
    'ssh://-oProxyCommand=id',
    'ssh://-l@host',
    'ssh://host -oProxyCommand=id',
    'ssh://host%20-oProxyCommand=id',
    'ssh://$(id)',
    'ssh://a;id',
    'ssh://a`id`',
    'ssh://a|id@host',
    "ssh://a'b@host",
    'ssh://%0aid',
    'ssh://host%',
    'ssh://a:password@host',
    'ssh://host:0',
    'ssh://host:65536',
    'ssh://host:22x',
    'ssh://[::1',
    'ssh://[host]',
    'ssh://host/path',
    'http://host',
    'LOCAL:',
  ])('%j', (url) => {
    expect(() => parseUrl(url)).toThrow(FridayError);
  });
});

it('ssh is given the host after "--", and "sh" as the whole command', () => {
  const place = { target: ssh('web1', 'al', 2222), socket: '/tmp/x/m', config: undefined, away: 15 };
  expect(masterArgs(place, false).slice(-7)).toEqual(['-l', 'al', '-p', '2222', '--', 'web1', 'sh']);
});

it("host keys are verified whatever the user's configuration is", () => {
  const place = { target: ssh('web1'), socket: '/tmp/x/m', config: undefined, away: 15 };
  expect(masterArgs(place, false)).toContain('StrictHostKeyChecking=yes');
  expect(masterArgs(place, true)).toContain('StrictHostKeyChecking=ask');
});

it('a word for the shell stays one word', () => {
  expect(quote(`a'b $(c) "d" \\`)).toBe(`'a'\\''b $(c) "d" \\'`);
});

/** Messages of OpenSSH 9.2. */
const SAID = {
  changed:
    '@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nOffending ED25519 key in /home/al/.ssh/known_hosts:7\r\nHost key verification failed.\r\n',
  unknown: 'No ED25519 host key is known for web1 and you have requested strict checking.\r\nHost key verification failed.\r\n', // prettier-ignore
  denied: 'al@web1: Permission denied (publickey,password).\r\n',
  refused: 'ssh: connect to host web1 port 2222: Connection refused\r\n',
  unnamed: 'ssh: Could not resolve hostname web1: Name or service not known\r\n',
  reset: 'kex_exchange_identification: read: Connection reset by peer\r\n',
  nologin: 'This account is currently not available.\n',
  noshell: 'bash: line 1: sh: command not found\n',
} as const;

describe('errors of ssh are explained', () => {
  it.each([
    ['changed', 255, 'host-key', 'ssh-keygen -f /home/al/.ssh/known_hosts -R'],
    ['unknown', 255, 'host-key', 'ssh-keyscan -p 2222 web1'],
    ['denied', 255, 'auth', 'ssh-copy-id -p 2222 al@web1'],
    ['refused', 255, 'unreachable', 'ssh -v -p 2222 al@web1'],
    ['unnamed', 255, 'unreachable', '~/.ssh/config'],
    ['reset', 255, 'unreachable', 'ssh -v'],
    ['nologin', 1, 'not-allowed', 'login with a shell'],
    ['noshell', 127, 'missing', 'need a POSIX sh'],
  ] as const)('%s', (name, status, kind, next) => {
    const error = sshError(ssh('web1', 'al', 2222), SAID[name], status);
    expect([error.kind, error.next]).toEqual([kind, expect.stringContaining(next)]);
  });
});
