import { FridayError } from '../errors.ts';
import type { ProcessFact } from '../recording/format.ts';
import type { Selection } from '../api.ts';

type Test = (process: ProcessFact) => boolean;

const tests = ({ pid, name, cmd, unit, cgroup, container }: Selection): readonly Test[] => {
  const pids = pid === undefined ? undefined : new Set([pid].flat());
  return [
    ...(pids === undefined ? [] : [(process: ProcessFact) => pids.has(process.pid)]),
    ...(name === undefined ? [] : [(process: ProcessFact) => process.name === name]),
    ...(cmd === undefined ? [] : [(process: ProcessFact) => cmd.test(process.cmd)]),
    ...(unit === undefined
      ? []
      : [(process: ProcessFact) => process.unit === unit || process.unit === `${unit}.service`]),
    ...(cgroup === undefined ? [] : [(process: ProcessFact) => process.cgroup.startsWith(cgroup)]),
    ...(container === undefined ? [] : [(process: ProcessFact) => process.container.startsWith(container)]),
  ];
};

/** Whether a process is meant: by all that a selection names, or, for a text, by pid, name, unit or part of the command line. */
export const matches = (who: string | Selection, process: ProcessFact): boolean => {
  if (typeof who === 'string') {
    const unit = [who, `${who}.service`].includes(process.unit);
    return String(process.pid) === who || process.name === who || unit || process.cmd.includes(who);
  }
  const all = tests(who);
  if (all.length > 0) return all.every((test) => test(process));
  throw new FridayError('usage', 'find: the selection names nothing', {
    next: "Name something: host.find({ name: 'nginx' }).",
  });
};
