import { targetPids } from '../sources/program.ts';
import type { HostRights, Lack, ProgramOptions } from './way.ts';

/** How a distribution, named as in /etc/os-release, installs a package; the first pattern that matches. */
const INSTALLERS: readonly (readonly [RegExp, (of: Names) => string])[] = [
  [/ubuntu/i, ({ ubuntu }) => `sudo apt-get install ${ubuntu}`],
  [/debian|raspbian/i, ({ debian }) => `sudo apt-get install ${debian}`],
  [/fedora|red hat|centos|rocky|alma|oracle|amazon/i, ({ fedora }) => `sudo dnf install ${fedora}`],
  [/suse/i, ({ fedora }) => `sudo zypper install ${fedora}`],
  [/alpine/i, ({ fedora }) => `sudo apk add ${fedora}`],
  [/arch/i, ({ fedora }) => `sudo pacman -S ${fedora}`],
];

interface Names {
  readonly debian: string;
  readonly ubuntu: string;
  readonly fedora: string;
}

const PACKAGES: Readonly<Record<string, Names>> = {
  perf: { debian: 'linux-perf', ubuntu: 'linux-tools-$(uname -r)', fedora: 'perf' },
  bpftrace: { debian: 'bpftrace', ubuntu: 'bpftrace', fedora: 'bpftrace' },
};

/** The command that installs a tool on this host: printed, never run. */
export const installing = (tool: string, os: string): string => {
  const names = PACKAGES[tool];
  const command = names && INSTALLERS.find(([pattern]) => pattern.test(os))?.[1](names);
  return command === undefined ? `install ${tool}` : `install it: ${command}`;
};

/** How a login gets the rights of root. */
export const AS_ROOT = "connect as root, or with { allow: ['sudo'] } (fbf: --sudo) where the login may use sudo";

const missing = (tool: string, { os }: HostRights): Lack => ({
  verdict: 'no',
  why: `${tool} is not installed`,
  fix: installing(tool, os),
});

const hasTool = (tool: string, { tools }: HostRights): boolean => (tools[tool] ?? '') !== '';

/** What any call of a tool needs. */
export const toolLacks = (tool: string, host: HostRights): Lack | undefined =>
  hasTool(tool, host) ? undefined : missing(tool, host);

/** kernel.perf_event_paranoid from which a login may not sample the kernel, and (Debian, Ubuntu) nothing at all. */
const USER_ONLY = 2;
const NOTHING = 3;

/** Whether a tool runs as root with what it needs: everything does, or sudo lets the login run just this. */
const isRootFor = (tool: 'perf' | 'bpftrace', { root, sudoTools, capable }: HostRights): boolean =>
  (root && capable?.perfmon !== false && (tool === 'perf' || capable?.bpf !== false)) ||
  sudoTools?.[tool] !== undefined;

/** What root lacks, as in a container. */
const uncapable = (capabilities: string, { root, seccomp }: HostRights): Lack | undefined =>
  root
    ? {
        verdict: 'not allowed',
        why: `root lacks ${capabilities} here${seccomp === true ? ', and a seccomp filter limits its system calls' : ''}, as in a container`,
        fix: 'connect to the host of the container; or start it with --cap-add PERFMON --cap-add BPF --cap-add SYS_PTRACE',
      }
    : undefined;

const NOT_BUILT_IN: Lack = {
  verdict: 'no',
  why: 'the kernel is built without perf events (CONFIG_PERF_EVENTS)',
  fix: 'none on this kernel',
};

const paranoidOf = ({ perfEventParanoid = USER_ONLY }: HostRights): number => perfEventParanoid;

/** Whether perf may sample only user code: then the event needs the modifier u. */
export const isUserOnly = (host: HostRights): boolean => !isRootFor('perf', host) && paranoidOf(host) >= USER_ONLY;

/** perf's version without words: '6.1.192'. */
export const perfVersion = ({ versions }: HostRights): string | undefined =>
  versions['perf']?.replace(/^perf version /, '');

/** Bytes that perf uses without its ring buffers, and the pages of each buffer unless it is told otherwise. */
const PERF_MEMORY = 15e6;
const PERF_PAGES = 128;
const PAGE = 4096;

/** Memory that perf needs with a ring buffer of so many pages for each CPU. */
export const perfMemory =
  (pages = PERF_PAGES) =>
  (cpus: number): number =>
    PERF_MEMORY + cpus * pages * PAGE;

/** What perf needs to trace the whole host. */
export const perfTraceLacks = (host: HostRights): Lack | undefined => {
  if (!hasTool('perf', host)) return missing('perf', host);
  const paranoid = paranoidOf(host);
  if (host.perfEvents === false) return NOT_BUILT_IN;
  if (isRootFor('perf', host) || paranoid < 0) return undefined;
  return (
    uncapable('CAP_PERFMON', host) ?? {
      verdict: 'not allowed',
      why: `kernel.perf_event_paranoid is ${String(paranoid)}: this login may not trace the host`,
      fix: `${AS_ROOT}; or sudo sysctl kernel.perf_event_paranoid=-1`,
    }
  );
};

/** What perf needs to sample the whole host, or processes of the login. */
export const perfLacks = (host: HostRights, { target }: ProgramOptions): Lack | undefined => {
  if (!hasTool('perf', host)) return missing('perf', host);
  const paranoid = paranoidOf(host);
  if (host.perfEvents === false) return NOT_BUILT_IN;
  if (isRootFor('perf', host) || paranoid <= 0) return undefined;
  if (target !== undefined && 'pids' in target && paranoid < NOTHING) return undefined;
  const what = paranoid < NOTHING ? 'only profile its own processes (target: { pid: ... })' : 'not profile';
  return (
    uncapable('CAP_PERFMON', host) ?? {
      verdict: 'not allowed',
      why: `kernel.perf_event_paranoid is ${String(paranoid)}: this login may ${what}`,
      fix: `${AS_ROOT}; or sudo sysctl kernel.perf_event_paranoid=0`,
    }
  );
};

/** What the inspector of a Node process needs: consent, and one process. */
export const inspectorLacks = (
  host: HostRights,
  { debugger: allowed, target, process }: ProgramOptions,
): Lack | undefined => {
  if (allowed !== true)
    return {
      verdict: 'not allowed',
      why: 'it profiles one Node process by its inspector, which needs consent',
      fix: "for a Node process target: { pid: ... } and allow: ['debugger'] (fbf: --pid PID --debugger)",
    };
  const pids = targetPids(target);
  const no = (why: string, fix: string): Lack => ({ verdict: 'no', why, fix });
  if (pids.length !== 1) return no('it profiles one Node process', 'name one in target: { pid: ... } (fbf: --pid PID)');
  if (process?.node === false) return no(`process ${String(pids[0])} is not Node`, 'leave out tool');
  return hasTool('perl', host) ? undefined : no('perl is not installed, which talks to the inspector', 'install perl');
};

/** What bpftrace needs. */
export const bpftraceLacks = (host: HostRights): Lack | undefined => {
  if (!hasTool('bpftrace', host)) return missing('bpftrace', host);
  if (!isRootFor('bpftrace', host)) return { verdict: 'not allowed', why: 'bpftrace runs as root only', fix: AS_ROOT };
  if (host.sudoTools?.['bpftrace']?.setenv === false)
    return {
      verdict: 'not allowed',
      why: 'sudo lets this login run bpftrace, but drops the variables that turn off its slow symbols',
      fix: `add the tag SETENV in sudoers (visudo): NOPASSWD: SETENV: ${host.sudoTools['bpftrace'].path}`,
    };
  if (host.lockdown === 'confidentiality')
    return {
      verdict: 'not allowed',
      why: 'the kernel is locked down (confidentiality): BPF programs may not read its memory',
      fix: 'boot without lockdown=confidentiality',
    };
  return undefined;
};

/** Bytes that perl and its supervisor take. */
const PERL_MEMORY = 25e6;

/** Memory of an instance of tracefs with a ring buffer of so many KB for each CPU, and of what reads it. */
export const ftraceMemory =
  (kb: number) =>
  (cpus: number): number =>
    PERL_MEMORY + cpus * kb * 1024;

/** What an instance of tracefs needs. */
const tracefsLacks = (host: HostRights, { target }: ProgramOptions): Lack | undefined => {
  if (!host.root) return { verdict: 'not allowed', why: 'only root may use tracefs', fix: AS_ROOT };
  if (host.lockdown === 'confidentiality')
    return {
      verdict: 'not allowed',
      why: 'the kernel is locked down (confidentiality): tracefs is closed',
      fix: 'boot without lockdown=confidentiality',
    };
  if (target !== undefined && 'cgroup' in target)
    return { verdict: 'no', why: 'Ftrace filters events by thread, not by cgroup', fix: 'name processes in target' };
  return undefined;
};

/** What binary pages of an instance need. */
export const ftraceLacks = (host: HostRights, asked: ProgramOptions): Lack | undefined => {
  const lack = tracefsLacks(host, asked);
  if (lack !== undefined || hasTool('perl', host)) return lack;
  return { verdict: 'no', why: 'perl is not installed, which reads the ring buffers', fix: 'install perl' };
};

/** What its text needs: nothing more, but where pages can be read, they cost less. */
export const ftraceTextLacks = (host: HostRights, asked: ProgramOptions): Lack | undefined => {
  const lack = tracefsLacks(host, asked);
  if (lack !== undefined || !hasTool('perl', host)) return lack;
  return { verdict: 'no', why: 'perl reads binary pages here, which costs less', fix: 'none is needed' };
};
