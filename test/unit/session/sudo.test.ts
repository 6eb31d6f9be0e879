import { describe, expect, test } from 'vitest';
import { cpuCountersPerf } from '../../../src/lib/sources/perf-stat/programs.ts';
import { offCpuBpftrace } from '../../../src/lib/sources/bpftrace/programs.ts';
import { cpuProfilePerf } from '../../../src/lib/sources/perf-data/programs.ts';
import { readSudo } from '../../../src/lib/session/check/sudo.ts';
import { throughSudo } from '../../../src/lib/session/through-sudo.ts';

/** What `sudo -n -l` of sudo 1.9.13 prints, on one line as the script sends it. */
const listed = (...entries: readonly string[]): string =>
  `sudo Matching Defaults entries for lim on vm:     env_reset, use_pty  User lim may run the following commands on vm:     ${entries.join('     ')}\n`;

describe('what sudo allows', () => {
  test('is everything, with or without a password, or nothing', () => {
    expect(readSudo(listed('(ALL) NOPASSWD: ALL')).may).toBe('yes');
    expect(readSudo(listed('(ALL : ALL) ALL')).may).toBe('asks');
    expect(readSudo('sudo sudo: a password is required\n').may).toBe('asks');
    expect(readSudo('sudo Sorry, user lim may not run sudo on vm.\n')).toEqual({ may: 'no', tools: {} });
    expect(readSudo('sudo missing\n').may).toBe('missing');
    expect(readSudo('').may).toBe('missing');
  });

  test('is single programs, with the tags that hold for each', () => {
    const path = '/usr/bin/perf';
    expect(readSudo(listed('(root) NOPASSWD: /usr/bin/perf'))).toEqual({
      may: 'tools',
      tools: { perf: { path, setenv: false } },
    });
    const several = listed(
      '(root) SETENV: NOPASSWD: /usr/local/bin/bpftrace, NOSETENV: /usr/bin/perf, PASSWD: /usr/bin/id',
      '(www-data) NOPASSWD: /usr/bin/strace',
      '(ALL) NOPASSWD: /usr/sbin/ss',
    );
    expect(readSudo(several).tools).toEqual({
      bpftrace: { path: '/usr/local/bin/bpftrace', setenv: true },
      perf: { path, setenv: false },
      ss: { path: '/usr/sbin/ss', setenv: false },
    });
  });

  test('is not taken to be a program that takes only some arguments, needs a password or is excluded', () => {
    for (const entry of ['NOPASSWD: /usr/bin/perf stat *', 'NOPASSWD: !/usr/bin/perf', '/usr/bin/perf'])
      expect(readSudo(listed(`(root) ${entry}`)), entry).toEqual({ may: 'no', tools: {} });
  });
});

describe('a program through sudo', () => {
  const perf = { path: '/usr/bin/perf', setenv: false };

  test('ends by itself after the window and the time to attach', () => {
    const profile = throughSudo(cpuProfilePerf(), perf, 30.5);
    expect(profile.argv.slice(0, 4)).toEqual(['sudo', '-n', '/usr/bin/perf', 'record']);
    expect(profile.argv.slice(-3)).toEqual(['--', 'sleep', '121']);
    const counters = throughSudo(cpuCountersPerf({ pmu: false }), perf, 10);
    expect(counters.argv.join(' ')).toContain('-I 1000 --interval-count 100 -e');
    const traced = throughSudo(offCpuBpftrace(), { path: '/usr/bin/bpftrace', setenv: true }, 10);
    expect(traced.argv[traced.argv.indexOf('-e') + 1]).toMatch(/\ninterval:s:100 \{ exit\(\); \}\n$/);
  });

  test('sets variables only where sudo keeps them', () => {
    expect(throughSudo(cpuCountersPerf({ pmu: false }), perf)).not.toHaveProperty('env');
    expect(throughSudo(cpuCountersPerf({ pmu: false }), perf).argv.join()).not.toContain('LC_ALL');
    const traced = throughSudo(offCpuBpftrace(), { path: '/usr/bin/bpftrace', setenv: true });
    expect(traced.argv.slice(0, 3)).toEqual(['sudo', '-n', 'BPFTRACE_NO_USER_SYMBOLS=1']);
    expect(traced.argv).toContain('/usr/bin/bpftrace');
  });
});
