import type { HostFacts } from '../recording/format.ts';
import { printable } from '../printable.ts';
import { hostProgram } from '../host-program.ts';
import { CLEANING } from './clean.ts';

/** What was found at connect, in one round trip. */
export interface Readiness {
  readonly facts: HostFacts;
  /** Path of each tool that the host has. */
  readonly tools: Readonly<Record<string, string>>;
  readonly access: Access;
  /** Dead runs whose leftovers were removed: the name of each, and what it had left. */
  readonly swept: readonly string[];
}

/** What the login may do on the host; session/check/ says what that means for a question. */
export interface Access {
  readonly root: boolean;
  /** `hidepid=...` of the mount of /proc, '' if all processes are listed. */
  readonly hidepid: string;
  /** kernel.perf_event_paranoid; undefined if it cannot be read. */
  readonly perfEventParanoid: number | undefined;
  /** False on a kernel that is built without perf events. */
  readonly perfEvents: boolean;
  /** Whether the login's capabilities let it observe the host: https://man7.org/linux/man-pages/man7/capabilities.7.html */
  readonly capable: { readonly perfmon: boolean; readonly bpf: boolean };
  /** A seccomp filter limits the system calls of the login, as in most containers. */
  readonly seccomp: boolean;
  /** 'none', 'integrity' or 'confidentiality': https://man7.org/linux/man-pages/man7/kernel_lockdown.7.html */
  readonly lockdown: string;
  /** The CPU's own counters: 'cpu' if it has a PMU that perf can use; '' in most virtual machines. */
  readonly pmu: string;
  /** What the login may do with the instances of tracefs. */
  readonly tracefs: 'absent' | 'no' | 'read' | 'write';
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

const TRACEFS = ['absent', 'no', 'read', 'write'] as const;
/** As facts.sh prints them, in the order of TRACEFS. */
const MARKS = '!-rw';

/** Numbers of linux/capability.h. */
const CAP = { sysAdmin: 21n, perfmon: 38n, bpf: 39n };

/** Whether CapEff has a capability or CAP_SYS_ADMIN, which includes it; root has all where that cannot be read. */
const hasCap = (facts: Facts, bit: bigint): boolean => {
  const [caps] = /^[0-9a-f]{1,16}$/.exec(text(facts, 'caps')) ?? [];
  if (caps === undefined) return text(facts, 'uid') === '0';
  return [bit, CAP.sysAdmin].some((each) => (BigInt(`0x${caps}`) & (1n << each)) !== 0n);
};

const accessOf = (facts: Facts): Access => {
  const paranoid = Number.parseInt(facts.get('paranoid') ?? '', 10);
  return {
    root: text(facts, 'uid') === '0',
    hidepid: /hidepid=(?!0|off)\w+/.exec(text(facts, 'procfs'))?.[0] ?? '',
    perfEventParanoid: Number.isNaN(paranoid) ? undefined : paranoid,
    perfEvents: facts.get('perf') !== '!',
    capable: { perfmon: hasCap(facts, CAP.perfmon), bpf: hasCap(facts, CAP.bpf) },
    seccomp: text(facts, 'seccomp') === '2',
    lockdown: /\[(\w+)\]/.exec(text(facts, 'lockdown'))?.[1] ?? 'none',
    pmu: text(facts, 'pmu'),
    tracefs: TRACEFS[MARKS.indexOf(facts.get('tracefs') ?? '!')] ?? 'absent',
  };
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
  const tools = [...facts].flatMap(([name, path]) =>
    name.startsWith('tool.') ? [[name.slice(5), printable(path)]] : [],
  );
  return {
    facts: hostFacts(url, facts),
    tools: Object.fromEntries(tools) as Record<string, string>,
    access: accessOf(facts),
    swept: lines.flatMap((line) => (line.startsWith('swept ') ? [printable(line.slice(6))] : [])),
  };
};
