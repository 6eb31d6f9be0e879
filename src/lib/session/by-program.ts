import type { How } from '../answer/how.ts';
import { printable } from '../printable.ts';
import type { Manifest, ProgramFact } from '../recording/format.ts';
import { cutSentence } from '../recording/cut.ts';
import { sayWarning, type RecordedWarning } from '../recording/warning.ts';
import type { Program } from '../sources/program.ts';
import { quote } from '../transport/quote.ts';
import { recordedCalibration } from './load/calibration.ts';
import type { Taken } from './taken.ts';

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : quote(text));

/** The program as one would type it; its text, if it reads one from its standard input, follows. */
export const typed = ({ argv, input, env = {}, typed: said }: Program): string => {
  if (said !== undefined) return said;
  const settings = Object.entries(env).map(([name, value]) => `${name}=${word(value)}`);
  const command = [...settings, ...argv.map(word)].join(' ');
  return input === undefined ? command : `${command}\n${input}`;
};

/** Share of the window during which the program was attached. */
const windowSeen = ({ began, ended, status }: ProgramFact, { seconds, overhead }: Manifest): number => {
  const whole = seconds ?? overhead.wall;
  if (status === 'running') return 1;
  if (whole <= 0) return 0;
  const seen = Math.min(whole, ended ?? overhead.wall) - Math.max(0, began);
  return Math.min(1, Math.max(0, seen / whole));
};

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

/** Said of the best of several tools. */
export const FIRST_CHOICE = 'It is the first choice for this question.';

const FEW = 3;

/** The warnings as sentences; of many of one kind the first, and how many more. */
const sayFew = (warnings: readonly RecordedWarning[]): readonly string[] =>
  [...Map.groupBy(warnings, ({ code }) => code).values()].flatMap((alike) => {
    const said = alike.slice(0, FEW).map(sayWarning);
    const more = alike.length - said.length;
    return more > 0 ? [`${said.join('; ')}; and ${String(more)} more like it`] : said;
  });

/** Said if the program was cut in a recording that went on. */
const cutAlone = ({ began, ended, status, why }: ProgramFact, manifest: Manifest): Pick<How, 'cut'> => {
  if (status !== 'cut' || manifest.status !== 'complete' || ended === undefined || why === undefined) return {};
  return { cut: cutSentence({ seen: ended - Math.max(0, began), asked: manifest.seconds, why }) };
};

/** What the events cost on that host; nothing is said where the tool's cost per event is not known. */
const addedBy = (added: number, { calibration }: ProgramFact): Pick<How['overhead'], 'added' | 'calibration'> => {
  if (added === 0) return { added };
  const { scale, say } = recordedCalibration(calibration);
  return { added: added * scale, calibration: say };
};

/** What the provenance of an answer says if a program answered it. */
export const byProgram = (
  { way, fact, cannotSee, lost, table, added = 0 }: Taken,
  manifest: Manifest,
): Partial<How> => {
  const { cpu, memory, bytes, wall } = manifest.overhead;
  const failed = fact.status === 'failed' && fact.bytes === 0;
  const refused = fact.refused.map(({ tool, why }) => printable(`${tool}: ${why}`, 500));
  return {
    tool: fact.program.tool,
    reader: '',
    grain: way.grain,
    whyNotBetter: refused.length === 0 ? FIRST_CHOICE : `${refused.join('; ')}.`,
    cannotSee: [...way.cannotSee, ...cannotSee, ...sayFew(fact.warnings ?? [])],
    lost,
    coverage: failed ? 0 : windowSeen(fact, manifest) * share(table.size, table.size + lost),
    overhead: { ours: { cpu, memory, bytes }, ...addedBy(added, fact), wall },
    program: typed(fact.program),
    ...cutAlone(fact, manifest),
  };
};
