import { bpftraceLacks, ftraceLacks, ftraceTextLacks, perfLacks, perfTraceLacks } from '../../questions/needs.ts';
import type { HostRights, Lack } from '../../questions/way.ts';
import type { HostRow } from './host-row.ts';
import type { HostSeen } from './host.ts';
import { tracefsLack } from './tracefs-lack.ts';
import { fixOf } from './way-row.ts';

/** What the login may run, what it could run if the caller allowed sudo, and what was seen of the host. */
export interface OwnLooked {
  readonly rights: HostRights;
  readonly withSudo: HostRights;
  readonly seen: HostSeen | undefined;
}

interface Method {
  readonly name: string;
  readonly tool: string;
  /** Why it cannot run at all. */
  readonly lacks: (host: HostRights) => Lack | undefined;
  /** What of it cannot run. */
  readonly partly?: (host: HostRights) => Lack | undefined;
}

/** Where sudo allows a tool alone, words of perf would not end by themselves: host.perf runs as the login there. */
const withoutTools = (host: HostRights): HostRights => ({ ...host, sudoTools: {} });

const METHODS: readonly Method[] = [
  {
    name: 'host.perf',
    tool: 'perf',
    lacks: (host) => perfLacks(withoutTools(host), { target: { pids: [] } }),
    partly: (host) => perfLacks(withoutTools(host), {}) ?? perfTraceLacks(withoutTools(host)),
  },
  { name: 'host.bpftrace', tool: 'bpftrace', lacks: bpftraceLacks },
  { name: 'host.ftrace', tool: 'Ftrace', lacks: (host) => ftraceLacks(host, {}) && ftraceTextLacks(host, {}) },
];

/** Tracepoints of a program that the caller writes are not known: the whole folder is looked at. */
const lackFor = ({ tool, lacks }: Method, { rights, seen }: OwnLooked): Lack | undefined =>
  lacks(rights) ?? (tool === 'Ftrace' && seen !== undefined ? tracefsLack([], { tool, rights, seen }) : undefined);

const ownRow = (method: Method, looked: OwnLooked): HostRow => {
  const { rights, seen } = looked;
  const row = { about: 'program', question: method.name, tool: method.tool, costs: '', known: 'likely' } as const;
  const lack = lackFor(method, looked);
  const fix = (of: Lack): string => fixOf({ tool: method.tool, lacks: method.lacks }, of, looked);
  if (lack !== undefined) return { ...row, verdict: lack.verdict, cannotSee: lack.why, fix: fix(lack) };
  const part = method.partly?.(rights) ?? (seen && tracefsLack([], { tool: method.tool, rights, seen }));
  if (part === undefined) return { ...row, verdict: 'yes', cannotSee: '', fix: '' };
  return { ...row, verdict: 'partly', cannotSee: part.why, fix: fix(part) };
};

/** Whether programs of the caller's own can run on a host. */
export const ownRows = (looked: OwnLooked): readonly HostRow[] => METHODS.map((method) => ownRow(method, looked));
