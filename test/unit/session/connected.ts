import type { PlanRow } from '../../../src/lib/api.ts';
import type { planLive } from '../../../src/lib/session/plan/live.ts';

/** A connected host, as far as a plan needs it. */
export type Connected = Parameters<typeof planLive>[0];

/** What the script that looks at a host's load prints: 1,000 context switches in 0.2 s, 2 GB available. */
export const LOAD = 'available\t2000000\nat\t7.00\nswitches\t5000\nat\t7.20\nswitches\t6000\n';

/** What a connect finds on a host with 4 CPUs. */
export const found = (tools: readonly string[], { user = 'web', paranoid = 2, load = LOAD } = {}): Connected => ({
  facts: {
    url: 'ssh://web1',
    hostname: 'web1/../x',
    kernel: '6.1.0-18-amd64',
    arch: 'x86_64',
    os: 'Debian GNU/Linux 12 (bookworm)',
    bootId: '',
    cpus: 4,
    pageSize: 4096,
    ticks: 100,
    memory: 8e9,
    user,
  },
  tools: Object.fromEntries(tools.map((tool) => [tool, `/usr/bin/${tool}`])),
  access: {
    root: user === 'root',
    perfEventParanoid: paranoid,
    lockdown: '',
    pmu: '',
    hidepid: '',
  } as Connected['access'],
  versions: () => Promise.resolve({ perf: 'perf version 6.1.90', bpftrace: 'bpftrace v0.17.0' }),
  sh: () => Promise.resolve({ status: 0, stdout: Buffer.from(load), stderr: '' }),
});

/** The steps of a plan, a few words each. */
export const brief = (steps: readonly Pick<PlanRow, 'question' | 'step' | 'tool'>[]): readonly string[] =>
  steps.map(({ question, step, tool }) => `${question} ${step} ${tool}`);

/** Tools that a host has. */
export const ALL = ['perl', 'sudo', 'perf', 'bpftrace'];
