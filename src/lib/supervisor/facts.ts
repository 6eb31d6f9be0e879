import type { CheckRow } from '../api.ts';
import type { HostFacts } from '../recording/format.ts';
import { printable } from '../printable.ts';
import { hostProgram } from '../host-program.ts';
import { CLEANING } from './clean.ts';

/** What was found at connect, in one round trip. */
export interface Readiness {
  readonly facts: HostFacts;
  /** Path of each tool that the host has, or its version where reading that is cheap. */
  readonly tools: Readonly<Record<string, string>>;
  readonly can: readonly CanUse[];
  /** Dead runs whose leftovers were removed: the name of each, and what it had left. */
  readonly swept: readonly string[];
}

/** Whether a source or tool can be used on this host. */
export interface CanUse {
  readonly tool: string;
  readonly verdict: CheckRow['verdict'];
  readonly why: string;
}

/** The script that reads the facts and removes leftovers of dead runs: one round trip, at connect. */
export const READINESS = CLEANING + hostProgram('src/lib/supervisor/facts.sh');

type Facts = ReadonlyMap<string, string>;

const number = (facts: Facts, name: string, otherwise: number): number => {
  const value = Number(facts.get(name) ?? '');
  return Number.isFinite(value) && value > 0 ? value : otherwise;
};

const text = (facts: Facts, name: string): string => printable(facts.get(name) ?? '').trim();

const hostFacts = (url: string, facts: Facts): HostFacts => {
  const [kernel = '', arch = ''] = text(facts, 'uname').split(' ');
  return {
    url,
    hostname: text(facts, 'hostname') || url,
    kernel,
    arch,
    os: text(facts, 'os').replace(/^(["'])(.*)\1$/, '$2'),
    bootId: text(facts, 'boot'),
    cpus: number(facts, 'cpus', 1),
    pageSize: number(facts, 'page', 4096),
    ticks: number(facts, 'ticks', 100),
    memory: number(facts, 'memory', 0) * 1024,
    user: text(facts, 'user'),
  };
};

type Verdict = Omit<CanUse, 'tool'>;
const yes = (why: string): Verdict => ({ verdict: 'yes', why });
const no = (verdict: Exclude<CanUse['verdict'], 'yes'>, why: string): Verdict => ({ verdict, why });

const BY_TOOL: Readonly<Record<string, (facts: Facts, root: boolean) => Verdict>> = {
  proc: (facts, root) =>
    /hidepid=(?!0|off)/.test(facts.get('procfs') ?? '') && !root
      ? no('partly', '/proc is mounted with hidepid: only processes of the login user are visible')
      : yes('system files and all processes can be read'),
  'proc.pid.io': (facts) =>
    facts.get('io') === 'r' || facts.get('io') === 'w'
      ? yes('I/O of every process can be read')
      : no('partly', 'only the I/O of processes of the login user can be read; with sudo, of all'),
  pressure: (facts) =>
    facts.get('psi') === '!' ? no('no', 'no PSI: boot with psi=1, or the kernel lacks CONFIG_PSI') : yes('PSI is on'),
  tracefs: (facts) => {
    const may = facts.get('tracefs');
    if (may === undefined || may === '!') return no('no', 'tracefs is not mounted, or not readable by this user');
    return may === 'w' ? yes('own trace instances can be made') : no('not allowed', 'tracefs needs root on this host');
  },
  perf: (facts, root) => {
    if (!facts.has('tool.perf')) return no('no', 'perf is not installed');
    const paranoid = Number(facts.get('paranoid') ?? '2');
    if (root || paranoid < 0) return yes('the whole system can be profiled');
    return paranoid <= 1
      ? no('partly', `perf_event_paranoid is ${paranoid}: only processes of the login user, user and kernel code`)
      : no('partly', `perf_event_paranoid is ${paranoid}: only processes of the login user, user code only`);
  },
  bpftrace: (facts, root) => {
    if (!facts.has('tool.bpftrace')) return no('no', 'bpftrace is not installed');
    if (/\[(integrity|confidentiality)\]/.test(facts.get('lockdown') ?? ''))
      return no('not allowed', 'the kernel is locked down');
    return root ? yes('the login is root') : no('not allowed', 'bpftrace needs root');
  },
  'kernel log': (facts) =>
    facts.get('kmsg') === 'r' || facts.get('kmsg') === 'w'
      ? yes('/dev/kmsg can be read')
      : no('not allowed', '/dev/kmsg needs root on this host'),
};

/** Reads what READINESS printed. Other lines, and missing facts, do no harm. */
export const readReadiness = (url: string, said: string): Readiness => {
  const lines = said.split('\n');
  const facts = new Map(
    lines.flatMap((line) => {
      const at = line.indexOf('\t');
      return at > 0 && at < line.length - 1 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );
  const root = text(facts, 'uid') === '0';
  const tools = [...facts].flatMap(([name, path]) =>
    name.startsWith('tool.') ? [[name.slice(5), printable(path)]] : [],
  );
  return {
    facts: hostFacts(url, facts),
    tools: Object.fromEntries(tools) as Record<string, string>,
    can: Object.entries(BY_TOOL).map(([tool, verdict]) => ({ tool, ...verdict(facts, root) })),
    swept: lines.flatMap((line) => (line.startsWith('swept ') ? [printable(line.slice(6))] : [])),
  };
};
