import { join } from 'node:path';
import { printable } from '../../printable.ts';
import type { Manifest } from '../../recording/format.ts';
import { findSource, streamOf } from '../../sources/list.ts';
import type { Need } from '../backend.ts';
import type { AskedProgram } from '../ways.ts';
import { typed } from '../by-program.ts';
import { NOTHING, type Step, stepFor } from './steps.ts';

const HERE = { right: 'your user on this machine', overhead: 'none on the host: no host is reached', stays: NOTHING };

const ABSENT = 'it is not in this recording';

const sourceStep = (name: string, { sources }: Manifest): Step => {
  const stream = streamOf(findSource(name));
  const fact = sources[stream];
  if (fact === undefined) return stepFor(name, 'skip', { overhead: NOTHING, stays: NOTHING, why: ABSENT });
  return stepFor(name, 'read', { ...HERE, tool: fact.tool, command: join('segments', stream), hz: fact.achieved });
};

const programStep = ({ question, isSame }: AskedProgram, { programs = {} }: Manifest): Step => {
  const { name } = question;
  const fact = programs[name];
  if (fact === undefined) return stepFor(name, 'skip', { overhead: NOTHING, stays: NOTHING, why: ABSENT });
  if (isSame?.(fact.program) === false)
    return stepFor(name, 'skip', { overhead: NOTHING, stays: NOTHING, why: `it has another one: ${printable(typed(fact.program), 300)}` }); // prettier-ignore
  return stepFor(name, 'read', { ...HERE, tool: fact.program.tool, command: join('programs', name, 'output') });
};

/** What an answer from a recording reads; nothing runs. */
export const planRecorded = ({ sources, programs = [] }: Need, manifest: Manifest): readonly Step[] => [
  ...programs.map((asked) => programStep(asked, manifest)),
  ...sources.map((name) => sourceStep(name, manifest)),
];
