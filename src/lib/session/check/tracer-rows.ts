import type { ForeignTracer, HostSeen, Instance } from './host.ts';
import { about, type HostRow } from './host-row.ts';

const TRACERS = 'other tracers';

/** What a tracer of somebody else means for captures; the first pattern that its name matches. */
const MEANING: readonly (readonly [RegExp, string])[] = [
  [/^perf/, ''],
  [/^strace/, 'the process that it traces stops twice at each system call: profiles of that process show it'],
  [/^trace-cmd/, 'its events cost the traced tasks time; it may use the top instance of tracefs, which captures leave alone'], // prettier-ignore
  [/./, 'its events cost the traced tasks time; the events of a capture add to that'],
];

const SHARED =
  'counters of the CPU are shared: while both count, the kernel gives each a part of the time, and perf scales the counts up';

/** perf shares the CPU's counters with us, if there are any; other tracers share nothing. */
const costOf = ({ name }: ForeignTracer): string => MEANING.find(([pattern]) => pattern.test(name))?.[1] ?? '';

const tracerRow = (tracer: ForeignTracer, pmu: boolean): HostRow => {
  const { pid, user, name, command, isKnown } = tracer;
  const shared = name.startsWith('perf') && pmu;
  return about(TRACERS, {
    tool: `${name}, pid ${String(pid)} of ${user}: ${command}`,
    verdict: shared ? 'partly' : 'yes',
    cannotSee: shared ? SHARED : '',
    costs: costOf(tracer),
    fix: isKnown ? '' : 'none: whether it is a capture of Fast by Friday, only root or its user may read',
  });
};

const counted = ({ events, first }: Instance): string =>
  events === 0
    ? 'no events'
    : `${String(events)} ${events === 1 ? 'event' : 'events'} (${first}${events > 3 ? ' ...' : ''})`;

const isBusy = ({ tracer, events }: Instance): boolean => (tracer !== '' && tracer !== 'nop') || events > 0;

const stateOf = (instance: Instance): string =>
  `current_tracer ${instance.tracer}, ${counted(instance)}, tracing_on ${instance.isOn ? '1' : '0'}`;

/** What an instance of somebody else costs: ours has buffers of its own. */
const costOfInstance = (instance: Instance): string =>
  isBusy(instance)
    ? 'its events cost the traced tasks time; captures use instances of their own and leave it alone'
    : '';

const instanceRow = (instance: Instance, where: string): HostRow =>
  about(TRACERS, {
    tool: `${where}: ${stateOf(instance)}`,
    verdict: 'yes',
    costs: costOfInstance(instance),
  });

const hidden = (what: string, why: string, fix: string): HostRow =>
  about(TRACERS, { tool: what, verdict: 'not allowed', cannotSee: why, fix });

/** What the login cannot see of the tracers of others. */
const hiddenRows = (seen: HostSeen, hidepid: string, asRoot: string): readonly HostRow[] => [
  ...(hidepid !== '' && !seen.root
    ? [hidden('processes', `not visible to this login: /proc is mounted with ${hidepid}`, asRoot)]
    : []),
  ...(seen.tracefs === 'not allowed' || (seen.tracefs === 'readable' && seen.top === undefined)
    ? [hidden('instances of tracefs', 'not visible to this login: only root may read the tracefs', asRoot)]
    : []),
];

/** What is known of the login beside what was seen. */
export interface Looker {
  readonly hidepid: string;
  readonly pmu: boolean;
  /** How the login gets the rights of root. */
  readonly asRoot: string;
}

/** The tracers that other people run on a host: they are named and left alone. */
export const tracerRows = (seen: HostSeen, { hidepid, pmu, asRoot }: Looker): readonly HostRow[] => {
  const { top, instances, tracers, isMore } = seen;
  const found = [
    ...tracers.map((tracer) => tracerRow(tracer, pmu)),
    ...(isMore ? [about(TRACERS, { tool: 'further processes, not listed', verdict: 'yes' })] : []),
    ...(top !== undefined && isBusy(top) ? [instanceRow(top, 'top instance of tracefs')] : []),
    ...instances.map((instance) => instanceRow(instance, `instance ${instance.name} of tracefs`)),
  ];
  return [
    ...(found.length > 0 ? found : [about(TRACERS, { tool: 'none seen', verdict: 'yes' })]),
    ...hiddenRows(seen, hidepid, asRoot),
  ];
};
