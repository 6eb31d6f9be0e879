import type { CheckRow } from '../../api.ts';
import { printable } from '../../printable.ts';
import type { HostRights, Way } from '../../questions/way.ts';
import type { ProgramFact } from '../../recording/format.ts';
import { typed } from '../by-program.ts';

/** One way of a question on a live host: whether a program can run there, and what it would not see. */
export const wayRow = (question: string, way: Way, rights: HostRights): Omit<CheckRow, 'host'> => {
  const lack = way.lacks(rights, {});
  const about = { question, tool: way.tool };
  if (lack !== undefined)
    return { ...about, verdict: lack.verdict, cannotSee: lack.why, costs: '', fix: printable(lack.fix, 500) };
  const command = typed(way.program({}, rights)).split('\n')[0] ?? '';
  return {
    ...about,
    verdict: 'yes',
    cannotSee: way.cannotSee.join('; '),
    costs: `runs ${printable(command, 300)}`,
    fix: '',
  };
};

/** One way of a question in a recording: whether its program ran there. */
export const recordedWayRow = (question: string, way: Way, fact: ProgramFact | undefined): Omit<CheckRow, 'host'> => {
  const about = { question, tool: way.tool };
  const again = 'record again; await host.check() on the live host shows what each tool lacks';
  const refused = fact?.refused.find(({ tool }) => tool === way.tool);
  if (fact?.program.tool !== way.tool)
    return {
      ...about,
      verdict: 'no',
      cannotSee: refused?.why ?? 'it did not run in this recording',
      costs: '',
      fix: again,
    };
  const costs = `took ${fact.cpu.toFixed(2)} s CPU and ${(fact.bytes / 1e6).toFixed(1)} MB`;
  if (fact.bytes === 0) return { ...about, verdict: 'no', cannotSee: fact.why ?? 'no output', costs, fix: again };
  const { status, why } = fact;
  return {
    ...about,
    verdict: status === 'ok' ? 'yes' : 'partly',
    cannotSee: [...way.cannotSee, ...(why === undefined ? [] : [why])].join('; '),
    costs,
    fix: status === 'ok' ? '' : again,
  };
};
