import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Limits } from '../../src/lib/index.ts';
import type { CheckRow } from '../../src/lib/api.ts';
import { startSshd, whyNoSshd, whyNot, type Sshd } from './sshd.ts';

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const why =
  whyNoSshd() ?? whyNot('setpriv') ?? (has('perf') && has('bpftrace') ? undefined : 'needs perf and bpftrace');
const dir = mkdtempSync(join(tmpdir(), 'fbf-try-'));
const QUESTIONS = ['cpu-profile', 'off-cpu', 'cpu-counters', 'memory'];

/** A login shell of root without the rights to observe, as in a container. */
const CAPLESS = '#!/bin/sh\nexec setpriv --bounding-set=-sys_admin,-perfmon,-bpf /bin/sh "$@"\n';

/** Numbers of perf_event_open and bpf. */
const CALLS: Readonly<Record<string, readonly [number, number]>> = { x64: [298, 321], arm64: [241, 280] };

/** A login shell of root with all capabilities, and a seccomp filter that gives EPERM for these calls. */
const FILTERED = `#!/usr/bin/perl
my @filter = ([0x20, 0, 0, 0], [0x15, 2, 0, ${String(CALLS[process.arch]?.[0])}], [0x15, 1, 0, ${String(CALLS[process.arch]?.[1])}],
  [0x06, 0, 0, 0x7fff0000], [0x06, 0, 0, 0x00050001]);
my $code = join '', map { pack 'S C C L', @$_ } @filter;
my $program = pack 'S x6 P', scalar @filter, $code;
syscall(${process.arch === 'arm64' ? '167' : '157'}, 22, 2, $program) == 0 or die "prctl: $!";
exec '/bin/sh', @ARGV;
`;

let sshd: Sshd;
beforeAll(async () => {
  if (why !== undefined) return;
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'capless'), CAPLESS, { mode: 0o755 });
  writeFileSync(join(dir, 'filtered'), FILTERED, { mode: 0o755 });
  sshd = await startSshd({
    logins: [
      { name: 'plain' },
      { name: 'capless', uid: 0, shell: join(dir, 'capless') },
      { name: 'filtered', uid: 0, shell: join(dir, 'filtered') },
      { name: 'perfonly', sudo: 'ALL=(root) NOPASSWD: /usr/bin/perf' },
      { name: 'sudoer', sudo: 'ALL=(ALL) NOPASSWD: ALL' },
    ],
  });
  process.env['FBF_SSH_CONFIG'] = sshd.config;
});
afterAll(() => {
  if (why === undefined) sshd.stop();
  delete process.env['FBF_SSH_CONFIG'];
  rmSync(dir, { recursive: true, force: true });
});

/** The rows of a check, and what is left on the host after it. */
const tried = async (login: string, limits: Limits = {}) => {
  // A busy host would refuse tools that cost too much: this is about whether they can attach.
  const host = await connect(sshd.url(login), { maxCpu: 16, ...limits });
  try {
    const rows = (await host.check({ for: QUESTIONS as never, try: true })).rows();
    return { rows, left: (await host.audit()).rows() };
  } finally {
    await host.close();
  }
};
const brief = (rows: readonly CheckRow[]): readonly string[] =>
  rows.map(({ question, tool, verdict, known }) => `${question} ${tool.split(',')[0] ?? ''}: ${known} ${verdict}`);

describe.skipIf(why)(`a check that tries (${why ?? 'runs'})`, () => {
  it('attaches what root can attach, says how long that took, and leaves nothing', async () => {
    const { rows, left } = await tried('root');
    expect(brief(rows)).toEqual([
      'cpu-profile perf: tried yes',
      'cpu-profile bpftrace: tried yes',
      'cpu-profile inspector: likely not allowed',
      'off-cpu bpftrace: tried yes',
      'off-cpu perf: tried yes',
      'off-cpu Ftrace: tried yes',
      'cpu-counters perf: tried yes',
      'memory perl: read yes',
    ]);
    expect(rows[0]?.costs).toMatch(/^attached in \d+\.\d s; runs perf record /);
    expect(left).toEqual([]);
    expect(sshd.inside('ps -e -o comm=')).not.toMatch(/perf|bpftrace/);
  });

  it.skipIf(CALLS[process.arch] === undefined)(
    'prints the words of a tool that seemed possible and cannot attach, behind a seccomp filter',
    async () => {
      const { rows, left } = await tried('filtered');
      expect(brief(rows).slice(0, 7)).toEqual([
        'cpu-profile perf: tried not allowed',
        expect.stringContaining('cpu-profile bpftrace: tried no'),
        'cpu-profile inspector: likely not allowed',
        expect.stringContaining('off-cpu bpftrace: tried no'),
        'off-cpu perf: tried not allowed',
        'off-cpu Ftrace: tried yes',
        'cpu-counters perf: tried not allowed',
      ]);
      expect(rows[0]?.cannotSee).toContain('Operation not permitted');
      expect(rows[0]?.cannotSee).toContain('seccomp');
      for (const { fix, tool } of rows.slice(0, 7)) expect(fix === '').toBe(tool === 'Ftrace');
      expect(left).toEqual([]);
    },
  );

  it('says what root lacks in a container, without a try', async () => {
    const { rows } = await tried('capless');
    // tracefs asks for uid 0, not for a capability.
    const verdicts = rows.slice(0, 7).filter(({ tool }) => tool !== 'Ftrace').map(({ known, verdict }) => `${known} ${verdict}`); // prettier-ignore
    expect(new Set(verdicts)).toEqual(new Set(['likely not allowed']));
    expect(rows[0]?.cannotSee).toBe('root lacks CAP_PERFMON here, as in a container');
    expect(rows[0]?.fix).toContain('--cap-add PERFMON');
  });

  it('does not try what the login lacks the right or the tool for', async () => {
    const { rows } = await tried('plain');
    expect(brief(rows).slice(0, 7)).toEqual([
      'cpu-profile perf: likely not allowed',
      'cpu-profile bpftrace: likely not allowed',
      'cpu-profile inspector: likely not allowed',
      'off-cpu bpftrace: likely not allowed',
      'off-cpu perf: likely not allowed',
      'off-cpu Ftrace: likely not allowed',
      'cpu-counters perf: likely not allowed',
    ]);
  });

  it('tries through sudo, also where sudo allows perf alone', async () => {
    const whole = await tried('sudoer', { allow: ['sudo'] });
    // The inspector of a Node process needs consent.
    const others = brief(whole.rows).filter((row) => !row.includes(' inspector:'));
    expect(new Set(others.map((row) => row.split(': ')[1]))).toEqual(new Set(['tried yes', 'read yes']));
    const { rows } = await tried('perfonly', { allow: ['sudo'] });
    expect(brief(rows).filter((row) => row.includes(' perf'))).toEqual([
      'cpu-profile perf: tried yes',
      'off-cpu perf: tried yes',
      'cpu-counters perf: tried yes',
    ]);
    expect(rows[0]?.costs).toContain('runs sudo -n /usr/bin/perf record');
    expect(sshd.inside('ps -e -o comm=')).not.toMatch(/perf|bpftrace|sudo/);
  });

  it('refuses a recording', async () => {
    const host = await connect('recording:fixtures/disk-bound');
    await expect(host.check({ try: true })).rejects.toThrow(/check: try needs a live host, got recording:/);
    await host.close();
  });
});
