import type { Selection } from '../api.ts';
import { unknownName } from '../answer/names.ts';
import { FridayError } from '../errors.ts';
import type { FoundProcess } from './processes.ts';

type Test = (process: FoundProcess) => boolean;

const withService = (unit: string): readonly string[] => [unit, `${unit}.service`];

const isWithin = (cgroup: string, folder: string): boolean => {
  const path = folder.replace(/\/+$/, '');
  return cgroup === path || cgroup.startsWith(`${path}/`);
};

/** Recordings have the first 12 digits of a container's id: a shorter prefix and the whole id match too. */
const isContainer = (known: string, asked: string): boolean => known.startsWith(asked) || asked.startsWith(known);

/** Without `g` and `y`: with them, `test` continues after its last match and would skip processes. */
const stateless = ({ source, flags }: RegExp): RegExp => new RegExp(source, flags.replace(/[gy]/g, ''));

/** How each property of a selection is compared; any other property is an error. */
const COMPARE: { readonly [K in keyof Selection]-?: (wanted: NonNullable<Selection[K]>) => Test } = {
  pid: (wanted) => {
    const pids = new Set([wanted].flat());
    return ({ pid }) => pids.has(pid);
  },
  name: (wanted) => (process) => process.name === wanted,
  cmd: (wanted) => {
    const pattern = stateless(wanted);
    return ({ cmd }) => pattern.test(cmd);
  },
  unit: (wanted) => (process) => process.unit !== undefined && withService(wanted).includes(process.unit),
  cgroup: (wanted) => (process) => process.cgroup !== undefined && isWithin(process.cgroup, wanted),
  container: (wanted) => (process) => process.container !== undefined && isContainer(process.container, wanted),
};

const testFor = (name: string, wanted: unknown): readonly Test[] => {
  if (!Object.hasOwn(COMPARE, name)) unknownName('find', name, Object.keys(COMPARE));
  if (wanted === undefined || wanted === '') return [];
  return [(COMPARE[name as keyof Selection] as (wanted: unknown) => Test)(wanted)];
};

const nothing = (): never => {
  throw new FridayError('usage', 'find: expected a process, got an empty selection', {
    next: "Name one: host.find({ name: 'nginx' }), or a pid, unit, cgroup, container or a pattern for the command line.",
  });
};

/** Matches a process by its pid, name or unit, or by a part of its command line. */
const named =
  (text: string): Test =>
  ({ pid, name, unit, cmd }) =>
    String(pid) === text ||
    name === text ||
    (unit !== undefined && withService(text).includes(unit)) ||
    cmd.includes(text);

/** The test that selects processes: all properties must match. Throws 'usage' on an empty selection. */
export const selecting = (who: string | Selection): Test => {
  if (typeof who === 'string') return who === '' ? nothing() : named(who);
  const all = Object.entries(who).flatMap(([name, wanted]) => testFor(name, wanted));
  return all.length === 0 ? nothing() : (process) => all.every((test) => test(process));
};
