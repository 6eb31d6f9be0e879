import { describe, expect, test } from 'vitest';
import { offCpu } from '../../../src/lib/questions/off-cpu.ts';
import type { HostRights } from '../../../src/lib/questions/way.ts';
import { type HostSeen, readHost, tracepointsIn } from '../../../src/lib/session/check/host.ts';
import { type HostLooked, hostRows } from '../../../src/lib/session/check/host-rows.ts';
import { ownRows } from '../../../src/lib/session/check/own-rows.ts';
import { wayRow } from '../../../src/lib/session/check/way-row.ts';
import { programsOf } from '../../../src/lib/session/ways.ts';

/** What the script printed for root on Debian 12 with kernel 6.1, with the tracers of somebody else. */
const ROOT = `uid	0
pidns	pid:[4026531836]
paranoid	3
kptr	0
rate	100000
nmi	0
kallsyms	50
btf	r
psi	some
tracefs	r	/sys/kernel/tracing
event	sched/sched_switch	y
event	sched/sched_process_fork	y
event	sched/sched_waking	y
event	task/task_rename	y
top	/sys/kernel/tracing	nop	1	0	
looked
`;

/** The same for a login without rights. */
const PLAIN = `uid	1000
pidns	pid:[4026531836]
paranoid	3
kptr	1
rate	100000
nmi	0
kallsyms	0
btf	r
psi	some
tracefs	x	/sys/kernel/tracing
looked
`;

const seenIn = (said: string): HostSeen => readHost(said) ?? expect.fail('the script did not come to its end');

/** What was printed, with lines in place of those of the same name. */
const but = (said: string, ...lines: readonly string[]): HostSeen => {
  const names = lines.map((line) => line.split('\t')[0]);
  const kept = said.split('\n').filter((line) => !names.includes(line.split('\t')[0]));
  return seenIn([...lines, ...kept].join('\n'));
};

const rowsOf = (seen: HostSeen, more: Partial<HostLooked> = {}) =>
  hostRows({ seen, rooted: seen.root, perfmon: true, perfEvents: true, hidepid: '', pmu: true, asRoot: 'be root', ...more }); // prettier-ignore

const rowOf = (question: string, seen: HostSeen, more: Partial<HostLooked> = {}) =>
  rowsOf(seen, more).find((row) => row.question === question);

const RIGHTS: HostRights = {
  os: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0-18-amd64',
  arch: 'x86_64',
  tools: { perf: '/usr/bin/perf', bpftrace: '/usr/bin/bpftrace', perl: '/usr/bin/perl' },
  versions: { perf: 'perf version 6.1.90', bpftrace: 'bpftrace v0.17.0' },
  root: true,
  perfEventParanoid: 3,
  lockdown: 'none',
  pmu: true,
};
const LOGIN: HostRights = { ...RIGHTS, root: false };

describe('a check of a host', () => {
  test('has nothing to say of a host where root can see all', () => {
    expect(rowsOf(seenIn(ROOT)).map(({ question, verdict }) => `${question}: ${verdict}`)).toEqual([
      'other tracers: yes',
      'tracefs: yes',
      'perf_event_paranoid: yes',
      'kptr_restrict: yes',
      'BTF: yes',
      'PSI: yes',
    ]);
    expect(rowOf('other tracers', seenIn(ROOT))?.tool).toBe('none seen');
  });

  test('is not judged by half of what the script prints', () => {
    expect(readHost(ROOT.replace('looked\n', ''))).toBeUndefined();
    expect(readHost('')).toBeUndefined();
  });

  test('says what a login without rights cannot see, and the command that would change it', () => {
    const seen = seenIn(PLAIN);
    expect(rowOf('perf_event_paranoid', seen)).toMatchObject({
      tool: 'kernel.perf_event_paranoid is 3',
      verdict: 'not allowed',
      fix: 'be root; or sudo sysctl kernel.perf_event_paranoid=-1',
    });
    expect(rowOf('kptr_restrict', seen)).toMatchObject({
      verdict: 'partly',
      fix: 'be root; or sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1',
    });
    expect(rowOf('tracefs', seen)).toMatchObject({
      verdict: 'not allowed',
      fix: 'be root; or, for perf, sudo mount -o remount,mode=755 /sys/kernel/tracing',
    });
    const [, hidden] = rowsOf(seen).filter(({ question }) => question === 'other tracers');
    expect(hidden).toMatchObject({ tool: 'instances of tracefs', verdict: 'not allowed' });
    expect(hidden?.cannotSee).toMatch(/^not visible to this login/);
  });

  test('says what each value of perf_event_paranoid leaves out', () => {
    const verdicts = [-1, 0, 1, 2, 3, 4].map(
      (value) => rowOf('perf_event_paranoid', but(PLAIN, `paranoid\t${String(value)}`))?.verdict,
    );
    expect(verdicts).toEqual(['yes', 'partly', 'partly', 'partly', 'not allowed', 'not allowed']);
    expect(rowOf('perf_event_paranoid', seenIn(ROOT), { perfEvents: false })?.tool).toMatch(/CONFIG_PERF_EVENTS/);
  });

  test('says that kptr_restrict 2 hides the names of the kernel from root, too', () => {
    const row = rowOf('kptr_restrict', but(ROOT, 'kptr\t2', 'kallsyms\t0'));
    expect(row).toMatchObject({ verdict: 'partly', fix: 'sudo sysctl kernel.kptr_restrict=1' });
    expect(row?.cannotSee).toMatch(/names of kernel functions in profiles: .* to root either/);
    expect(rowOf('kptr_restrict', but(PLAIN, 'kptr\t2'))?.fix).toMatch(
      /^sudo sysctl kernel.kptr_restrict=1, then be root/,
    );
    expect(rowOf('kptr_restrict', but(ROOT, 'kptr\t1', 'kallsyms\t0'))?.fix).toMatch(/CAP_SYSLOG/);
  });

  test('says what bpftrace loses without BTF', () => {
    expect(rowOf('BTF', but(ROOT, 'btf\t!'))).toMatchObject({
      tool: '/sys/kernel/btf/vmlinux does not exist',
      verdict: 'no',
    });
    expect(rowOf('BTF', but(ROOT, 'btf\t!'))?.cannotSee).toMatch(/no kfunc or fentry probes.*no question needs them/);
    expect(rowOf('BTF', but(PLAIN, 'btf\t-'))).toMatchObject({ verdict: 'not allowed', fix: 'be root' });
  });

  test('tells a tracefs that is not built in, one that is not mounted and one that may not be read', () => {
    const found = ['tracefs\t!\t', 'tracefs\t-\t', 'tracefs\tx\t/sys/kernel/tracing'].map((line) =>
      rowOf('tracefs', but(ROOT, line)),
    );
    expect(found.map((row) => row?.verdict)).toEqual(['no', 'no', 'not allowed']);
    expect(found[0]?.tool).toBe('not built in (CONFIG_TRACING)');
    expect(found[1]).toMatchObject({ tool: 'not mounted', fix: 'sudo mount -t tracefs nodev /sys/kernel/tracing' });
  });

  test('tells pressure that is not built in from pressure that is turned off', () => {
    const fixes = ['psi\t!\ty', 'psi\t!\tn', 'psi\t!\t', 'psi\t'].map((line) => rowOf('PSI', but(ROOT, line))?.fix);
    expect(fixes).toEqual([
      'boot the kernel with psi=1',
      'none on this kernel',
      'boot the kernel with psi=1, if it was built with CONFIG_PSI (from 4.20 on)',
      'boot the kernel with psi=1',
    ]);
  });

  test('names the tracers of others as text, and what they mean', () => {
    const seen = but(
      ROOT,
      'tracer\t71\troot\tr\tperf\tperf record -a \u001b[31m-o x',
      'tracer\t72\tann\tr\tbpftrace\tbpftrace -e <script>',
      'tracer\t73\troot\t-\texecsnoop-bpfcc\t/usr/bin/python3 /usr/sbin/execsnoop-bpfcc',
      'instance\t<b>x</b>\tfunction\t1\t0\t',
      'instance\tidle\tnop\t1\t0\t',
      'top\t/sys/kernel/tracing\tnop\t1\t2\tsched:sched_switch irq:irq_handler_entry ',
      'more',
    );
    const rows = rowsOf(seen).filter(({ question }) => question === 'other tracers');
    expect(rows.map(({ tool }) => tool)).toEqual([
      'perf, pid 71 of root: perf record -a [31m-o x',
      'bpftrace, pid 72 of ann: bpftrace -e <script>',
      'execsnoop-bpfcc, pid 73 of root: /usr/bin/python3 /usr/sbin/execsnoop-bpfcc',
      'further processes, not listed',
      'top instance of tracefs: current_tracer nop, 2 events (sched:sched_switch irq:irq_handler_entry), tracing_on 1',
      'instance <b>x</b> of tracefs: current_tracer function, no events, tracing_on 1',
      'instance idle of tracefs: current_tracer nop, no events, tracing_on 1',
    ]);
    expect(rows[0]).toMatchObject({ verdict: 'partly' });
    expect(rows[0]?.cannotSee).toMatch(/counters of the CPU are shared/);
    expect(rows[1]).toMatchObject({ verdict: 'yes', fix: '' });
    expect(rows[2]?.fix).toMatch(/whether it is a capture of Fast by Friday/);
    expect(rows.map(({ costs }) => costs !== '')).toEqual([false, true, true, false, true, true, false]);
    const [withoutPmu] = rowsOf(seen, { pmu: false });
    expect(withoutPmu).toMatchObject({ verdict: 'yes', cannotSee: '' });
  });

  test('says that processes are hidden by hidepid, and that pids differ in a PID namespace', () => {
    const rows = rowsOf(but(PLAIN, 'pidns\tpid:[4026532543]'), { hidepid: 'hidepid=2' });
    expect(rows.find(({ tool }) => tool === 'processes')).toMatchObject({ verdict: 'not allowed' });
    expect(rows.at(-1)).toMatchObject({ question: 'PID namespace', verdict: 'partly' });
  });

  test('says that the kernel limits samples per second, and that the watchdog has a counter', () => {
    const limited = but(ROOT, 'rate\t250', 'nmi\t1');
    expect(rowOf('max_sample_rate', limited)).toMatchObject({
      tool: 'kernel.perf_event_max_sample_rate is 250',
      verdict: 'partly',
      fix: 'sudo sysctl kernel.perf_event_max_sample_rate=100000',
    });
    expect(rowOf('nmi_watchdog', limited)?.fix).toBe('sudo sysctl kernel.nmi_watchdog=0');
    expect(rowOf('nmi_watchdog', limited, { pmu: false })).toBeUndefined();
    expect(rowOf('max_sample_rate', but(ROOT, 'rate\t1000'))).toBeUndefined();
  });

  test('takes any other text of a host as nothing known', () => {
    const seen = but(
      ROOT,
      'btf\tconstructor',
      'tracefs\t__proto__\tx',
      'psi\t!\ttoString',
      'kallsyms\tmany',
      'kptr\tx',
    );
    expect(seen).toMatchObject({ btf: 'no', tracefs: 'not built in', pressure: 'unknown', addresses: false });
    expect(seen.kptrRestrict).toBeUndefined();
  });
});

describe('tracepoints that a program needs', () => {
  const [bpftrace, perf] = offCpu.ways ?? expect.fail('off-cpu has ways');
  const NEEDED = ['sched/sched_switch', 'sched/sched_process_fork', 'task/task_rename', 'sched/sched_waking'];

  test('are found in its text or its words', () => {
    const of = (way: typeof bpftrace) => programsOf(way ?? expect.fail(), {}, RIGHTS).flatMap(tracepointsIn);
    expect(of(bpftrace)).toEqual(NEEDED);
    expect(new Set(of(perf))).toEqual(new Set(NEEDED.filter((event) => event.startsWith('sched'))));
    expect(tracepointsIn({ argv: ['perf', 'record', '-e', 'cycles:u', '-e', 'cpu-clock:I'] })).toEqual([]);
  });

  const row = (way: typeof bpftrace, host: HostSeen, rights = RIGHTS) =>
    wayRow('off-cpu', way ?? expect.fail(), { rights, withSudo: RIGHTS, budget: undefined, host });

  test('make its way impossible where the kernel lacks them', () => {
    const old = but(ROOT, 'event\tsched/sched_switch\ty', 'event\ttask/task_rename\tn');
    expect(row(bpftrace, seenIn(ROOT)).verdict).toBe('yes');
    expect(row(bpftrace, old)).toMatchObject({
      verdict: 'no',
      cannotSee: 'tracepoints are not built into the kernel: task/task_rename',
      fix: 'none on this kernel',
    });
    expect(row(perf, old).verdict).toBe('yes');
  });

  test('are not there without a mount, which perf as root makes by itself', () => {
    const unmounted = but(ROOT, 'tracefs\t-\t');
    expect(row(bpftrace, unmounted)).toMatchObject({ verdict: 'no', cannotSee: 'tracefs is not mounted' });
    expect(row(bpftrace, unmounted).fix).toContain('mount -t tracefs');
    expect(row(perf, unmounted).verdict).toBe('yes');
  });

  test('may not be read by a login that may trace', () => {
    const rights = { ...LOGIN, perfEventParanoid: -1 };
    expect(row(perf, seenIn(PLAIN), rights)).toMatchObject({
      verdict: 'not allowed',
      cannotSee: 'only root may read /sys/kernel/tracing',
    });
    expect(row(perf, seenIn(PLAIN), { ...rights, root: true }).verdict).toBe('yes'); // by sudo: not known
  });
});

describe('programs of your own', () => {
  const verdicts = (rights: HostRights, seen: HostSeen | undefined) =>
    ownRows({ rights, withSudo: RIGHTS, seen }).map(({ question, verdict }) => `${question}: ${verdict}`);

  test('can all run as root', () => {
    expect(verdicts(RIGHTS, seenIn(ROOT))).toEqual(['host.perf: yes', 'host.bpftrace: yes', 'host.ftrace: yes']);
    expect(verdicts(RIGHTS, undefined)).toEqual(['host.perf: yes', 'host.bpftrace: yes', 'host.ftrace: yes']);
  });

  test('can run as far as the login may', () => {
    const paranoid = (value: number) => verdicts({ ...LOGIN, perfEventParanoid: value }, seenIn(PLAIN))[0];
    expect([-1, 1, 2, 3].map(paranoid)).toEqual([
      'host.perf: partly', // the tracefs may not be read
      'host.perf: partly',
      'host.perf: partly',
      'host.perf: not allowed',
    ]);
    expect(verdicts(LOGIN, seenIn(PLAIN))).toEqual(['host.perf: not allowed', 'host.bpftrace: not allowed', 'host.ftrace: not allowed']); // prettier-ignore
  });

  test('run through sudo where it allows the tool, but for perf, whose words may not end by themselves', () => {
    const tool = { path: '/usr/bin/x', setenv: true };
    const limited = { ...LOGIN, sudoTools: { perf: tool, bpftrace: tool } };
    expect(verdicts(limited, seenIn(PLAIN))).toEqual(['host.perf: not allowed', 'host.bpftrace: yes', 'host.ftrace: not allowed']); // prettier-ignore
  });

  test('find no events without tracefs', () => {
    const unmounted = but(ROOT, 'tracefs\t-\t');
    expect(verdicts(RIGHTS, unmounted)).toEqual(['host.perf: yes', 'host.bpftrace: partly', 'host.ftrace: no']);
    expect(verdicts({ ...RIGHTS, tools: {} }, unmounted)).toEqual(['host.perf: no', 'host.bpftrace: no', 'host.ftrace: no']); // prettier-ignore
  });
});
