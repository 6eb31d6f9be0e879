import { existsSync } from 'node:fs';
import type { Table } from '../columns/column.ts';
import { noValues } from '../columns/compute.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Question } from '../questions/question.ts';
import type { Decoded, Way } from '../questions/way.ts';
import type { ProgramFact } from '../recording/format.ts';
import { symbolsPath } from '../recording/layout.ts';
import { readMaps } from '../recording/maps.ts';
import type { Recording } from '../recording/recording.ts';
import type { Program } from '../sources/program.ts';

/** The way by which a question was answered, and what it gave. */
export interface Taken extends Decoded {
  readonly way: Pick<Way, 'grain' | 'cannotSee'>;
  readonly fact: ProgramFact;
}

const nothing = (question: Question): Table => ({
  size: 0,
  docs: question.columns,
  data: Object.fromEntries(Object.entries(question.columns).map(([name, doc]) => [name, noValues(0, doc)])),
});

/** The columns that the question declares, whichever way answered it. */
export const asDeclared = (table: Table, { columns: declared, openColumns }: Question): Table => {
  const columns = openColumns === true ? { ...declared, ...table.docs } : declared;
  return {
    size: table.size,
    docs: columns,
    data: Object.fromEntries(
      Object.entries(columns).map(([name, doc]) => [name, table.data[name] ?? noValues(table.size, doc)]),
    ),
  };
};

const because = ({ program, why = 'it gave no output' }: ProgramFact): string => `${program.tool}: ${why}`;

const read = async (recording: Recording, question: Question, way: Way, found: Found): Promise<Decoded> => {
  const { manifest, dir } = recording;
  const start = manifest.clocks[0]?.monotonic ?? 0;
  const end = manifest.seconds ?? manifest.overhead.wall;
  const { fact, output } = found;
  const folder = symbolsPath(dir);
  const { program, began } = fact;
  const given = { program, output, symbols: existsSync(folder) ? folder : undefined, start, end, began };
  try {
    const decoded = await way.read({ ...given, maps: () => readMaps(dir, question.name) });
    return { ...decoded, table: asDeclared(decoded.table, question) };
  } catch (error) {
    if (!(error instanceof FridayError)) throw error;
    return { table: nothing(question), cannotSee: [printable(`what ${way.tool} wrote: ${error.what}`, 500)], lost: 0 };
  }
};

const wayOf = ({ ways = [] }: Question, program: Program): Way | undefined =>
  ways.find((way) => way.tool === program.tool && (way.made?.(program) ?? true));

type Found = NonNullable<ReturnType<Recording['program']>>;

/**
 * The answer of the program that ran for a question in this recording; undefined if none did. A program that failed gives
 * no rows, and says why.
 */
export const takenWay = async (recording: Recording, question: Question): Promise<Taken | undefined> => {
  const found = recording.program(question.name);
  const way = found && wayOf(question, found.fact.program);
  if (found === undefined || way === undefined) return undefined;
  const { fact } = found;
  if (fact.status === 'failed' && fact.bytes === 0)
    return question.sources.length > 0 ? undefined : { way, fact, table: nothing(question), cannotSee: [because(fact)], lost: 0 }; // prettier-ignore
  const decoded = await read(recording, question, way, found);
  const gap = fact.status === 'failed' || fact.status === 'cut' ? [because(fact)] : [];
  return { way, fact, ...decoded, cannotSee: [...decoded.cannotSee, ...gap] };
};
