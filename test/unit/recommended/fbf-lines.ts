import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../../src/lib/paths.ts';
import { PLACEHOLDER, type Read } from './texts.ts';

/** A command line that a text recommends: its verb and its options. */
export interface Line {
  readonly where: string;
  readonly line: string;
  readonly verb: string;
  readonly options: readonly string[];
}

const COMMANDS = join(packageRoot, 'src', 'cli', 'commands');

const isOption = (node: ts.Expression): node is ts.ObjectLiteralExpression =>
  ts.isObjectLiteralExpression(node) &&
  node.properties.some((one) => ts.isPropertyAssignment(one) && one.name.getText() === 'type');

const textOf = (node: ts.Node): string => node.getText().replace(/^['"]|['"]$/g, '');

/**
 * Long and short names of the options that a program passes to parseArgs: `{ seconds: { type: 'string', short: 's' }
 * }`.
 */
const optionsOf = (source: ts.SourceFile): ReadonlySet<string> => {
  const found = new Set(['--help', '-h']);
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && isOption(node.initializer)) {
      found.add(`--${textOf(node.name)}`);
      for (const part of node.initializer.properties)
        if (ts.isPropertyAssignment(part) && part.name.getText() === 'short') found.add(`-${textOf(part.initializer)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

/** Options of fbf without a verb: `fbf --version`. */
const ownOptions = (): readonly string[] => {
  const main = readFileSync(join(packageRoot, 'src', 'cli', 'main.ts'), 'utf8');
  return [...new Set(main.match(/(?<=')--?[a-z]+(?=')/g))];
};

const optionsIn = (file: string, source: string): ReadonlySet<string> =>
  optionsOf(ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true));

const parsedOptions = (file: string): ReadonlySet<string> => optionsIn(file, readFileSync(file, 'utf8'));

/** Verbs share options by spreading them: those of ask, and those of programs of one's own. */
const SHARED = [
  ['...ASKING', 'ask-options.ts'],
  ['...OWN', 'own-call.ts'],
] as const;

/** The verbs of fbf, each with its options. */
export const verbs = (): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map([
    ...ownOptions().map((option) => [option, new Set<string>()] as const),
    ['help', new Set(['--help'])],
    ...readdirSync(COMMANDS)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const source = readFileSync(join(COMMANDS, file), 'utf8');
        const shared = SHARED.flatMap(([spread, from]) =>
          source.includes(spread) ? [...parsedOptions(join(COMMANDS, '..', from))] : [],
        );
        return [file.replace(/\.ts$/, ''), new Set([...optionsIn(file, source), ...shared])] as const;
      }),
  ]);

// A command line ends at the end of its line, or where prose continues.
const LINE = /(?<![\w./-])fbf +(\S+)([^\n`#;>]*)/g;
const OPTION = /(?<=^|[\s[|(])--?[A-Za-z][\w-]*/g;

/** In a sentence about fbf, one of these words follows rather than a verb of fbf. */
const PROSE = new Set([
  'is',
  'was',
  'has',
  'can',
  'and',
  'or',
  'in',
  'of',
  'from',
  'for',
  'to',
  'on',
  'at',
  'by',
  'with',
]);

/** All command lines of fbf in a text; `fbf VERB: ...` begins a message of that verb. */
export const linesIn = ({ where, text }: Read): readonly Line[] =>
  [...text.matchAll(LINE)].flatMap(({ 0: line, 1: word = '', 2: rest = '' }) => {
    const verb = word.replace(/[,.:)'"]+$/, '');
    if (verb === 'VERB' || PROSE.has(verb) || verb.startsWith(PLACEHOLDER) || !/^-{0,2}[a-z]+$/.test(verb)) return [];
    const given = word === verb ? (rest.replaceAll('...', '').split(/[,.:] |[.] ?$/)[0] ?? '') : '';
    return [{ where, line: line.trim(), verb, options: given.match(OPTION) ?? [] }];
  });
