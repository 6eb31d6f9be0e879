import { readFile } from 'node:fs/promises';
import { FridayError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import type { ProgramFact } from '../../recording/format.ts';
import type { RecordedProgram, Recording } from '../../recording/recording.ts';
import { sayWarning } from '../../recording/warning.ts';
import { type Answers, type Capture, joined, type Part } from '../answers.ts';
import { typed } from '../by-program.ts';
import type { Asked } from '../names.ts';
import { hasFailed, isOf, type OwnAnswer, type OwnProgram } from './own-program.ts';

const notRecorded = (own: OwnProgram, { dir }: Recording, fact: ProgramFact | undefined): FridayError => {
  const has = fact === undefined ? 'it has none' : `it has another one: ${printable(typed(fact.program), 300)}`;
  return new FridayError('missing', `${dir}: this recording does not have this program of ${own.name}; ${has}`, {
    next: 'Ask for the program that was recorded, word by word, or run this one on a live host.',
    seen: fact && typed(fact.program),
  });
};

/** The program in the recording, if it is the one that is asked for. */
const foundIn = (recording: Recording, own: OwnProgram): RecordedProgram => {
  const found = recording.program(own.name);
  if (found === undefined || !isOf(own, found.fact.program)) throw notRecorded(own, recording, found?.fact);
  return found;
};

/** How the program ended, if not as it should. */
const endOf = ({ status, why }: ProgramFact): readonly string[] =>
  (status === 'failed' || status === 'cut') && why !== undefined ? [printable(why, 500)] : [];

/** One table of the program, as what was asked for. */
const askedFor = (own: OwnProgram, key: string, { table, grain }: OwnAnswer): Asked => ({
  kind: 'question',
  sources: [],
  question: {
    name: key === own.name ? own.what : `${own.what} ${key}`,
    aliases: [],
    doc: 'A program of your own.',
    sources: [],
    grain,
    whyNotBetter: '',
    cannotSee: [],
    columns: table.docs,
    table: () => table,
  },
});

interface Found {
  readonly key: string;
  readonly asked: Asked;
  readonly part: Part;
}

/** The tables of one host, each with its provenance. */
const foundBy = async ({ of, run }: Capture, own: OwnProgram): Promise<readonly Found[]> => {
  const recording = await run.recording;
  await recording.refresh();
  const found = foundIn(recording, own);
  const { fact } = found;
  const { manifest, dir } = recording;
  const said = await readFile(found.stderr, 'utf8').catch(() => ''); // it is written at the end
  if (hasFailed(fact)) {
    const error = own.failure({ why: fact.why ?? '', exit: fact.exit, said, os: manifest.host.os });
    if (error !== undefined) throw error;
  }
  const answers = await own.read({ ...found, recording, said });
  const missed = [...endOf(fact), ...manifest.warnings.filter(({ code }) => code === 'not-as-root').map(sayWarning)];
  return Object.entries(answers).map(([key, answer]) => {
    const { table, grain, lost, cannotSee } = answer;
    const taken = { way: { grain, cannotSee: [] }, fact, table, cannotSee: [...missed, ...cannotSee], lost };
    // What ends by itself has seen all that it wanted to see, however short that was.
    const coverage = { coverage: table.size === 0 ? 1 : table.size / (table.size + lost) };
    const isWhole = fact.status === 'ok' && fact.stopped !== true;
    const also = { whyNotBetter: 'It is the program that was given.', ...(isWhole ? coverage : {}) };
    return { key, asked: askedFor(own, key, answer), part: { of, table, manifest, dir, taken, also } };
  });
};

/** The answers of all hosts by the names of their tables. */
export const collectOwn = async (captures: readonly Capture[], own: OwnProgram, code: string): Promise<Answers> => {
  const all = (await Promise.all(captures.map((capture) => foundBy(capture, own)))).flat();
  return Object.fromEntries(
    [...Map.groupBy(all, ({ key }) => key)].flatMap(([key, found]) => {
      const [first] = found;
      return first === undefined ? [] : [[key, joined(first.asked, key, found.map(({ part }) => part), code)] as const]; // prettier-ignore
    }),
  );
};
