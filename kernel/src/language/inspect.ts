import type { CellScope } from './cell-scope.ts';
import type { Prepared } from './check-cell.ts';
import { findDeclarations } from './declarations.ts';
import type { Inspection } from './language.ts';
import type { Project } from './project.ts';
import { FLAG, knowAt } from './symbols.ts';
import type { Known } from './symbols.ts';
import { scan } from './tokens.ts';
import { wordAt } from './word.ts';

interface Options {
  readonly scope: CellScope;
  readonly prepare: (text: string, project: Project) => Promise<Prepared>;
}

/** Hover and Shift-Tab: the signature as TypeScript writes it, then the documentation and its tags. */
export const createInspector =
  ({ scope, prepare }: Options) =>
  async (project: Project, source: string, cursor: number, _detail: number): Promise<Inspection | undefined> => {
    const { start, end } = wordAt(source, cursor);
    if (start === end) return undefined;
    await prepare(source, project);
    const known = await knowAt(project, project.cellFile, start);
    if (!known) return undefined;
    const name = source.slice(start, end);
    const origin = await originOf(project, scope, source, name, known);
    return present(signature(known, wordKind(scope, source, name), source.slice(0, start)), origin ?? known);
  };

/** The documentation of an earlier cell's variable is in that cell. */
const originOf = async (
  project: Project,
  scope: CellScope,
  source: string,
  name: string,
  known: Known,
): Promise<Known | undefined> => {
  const live = scope.live.values.get(name);
  if (!live || known.documentation !== '' || !isDeclared(known)) return undefined;
  if (findDeclarations(scan(source).tokens).declared.some((declared) => declared.name === name)) return undefined;
  const start = scope.placeOf(live.cell, name);
  return start === undefined ? undefined : knowAt(project, project.scopeFile, start);
};

const isDeclared = ({ target }: Known): boolean => (target.flags & (FLAG.blockScoped | FLAG.functionScoped)) !== 0;

/** let, const or var, read from the declaration: the compiler's flags do not tell let from const. */
const wordKind = (scope: CellScope, source: string, name: string): string => {
  const own = findDeclarations(scan(source).tokens).declared.find((declared) => declared.name === name);
  return own?.kind ?? scope.live.values.get(name)?.kind ?? 'const';
};

const overloads = ({ length }: readonly string[]): string =>
  length > 1 ? ` (+${length - 1} overload${length > 2 ? 's' : ''})` : '';

/** Behind this a type is expected: a name that is both an interface and a variable means the interface. */
export const TYPE_FOLLOWS = /(?:[:<|&]|\b(?:extends|implements|as|keyof|satisfies))\s*$/;

/** The constructor's signature behind `new`. */
const construct = ({ constructors }: Known, before: string): string =>
  /\bnew\s+$/.test(before) && constructors[0] !== undefined
    ? `\nnew ${constructors[0].replace(/\): /, ') => ')}${overloads(constructors)}`
    : '';

const PARAMETER = /^\d+\.170\./;

/** One line as in TypeScript's quick info, e.g. `(method) String.indexOf(searchString: string): number`. */
const signature = (known: Known, kind: string, before: string): string => {
  const { target, symbol, type, declared, signatures, parent } = known;
  const { flags } = target;
  const { name } = symbol;
  const full =
    parent === '' || parent.startsWith('"') || parent.startsWith('__') || /^\$cell/.test(parent)
      ? name
      : `${parent}.${name}`;
  const more = overloads(signatures);
  if (flags & FLAG.interface && TYPE_FOLLOWS.test(before)) return `interface ${declared}`;
  if (flags & FLAG.method) return `(method) ${full}${signatures[0] ?? `: ${type}`}${more}`;
  if (flags & FLAG.function) return `function ${name}${signatures[0] ?? `: ${type}`}${more}`;
  if (flags & FLAG.enumMember)
    return `(enum member) ${declared || full}${known.value === undefined ? '' : ` = ${JSON.stringify(known.value)}`}`;
  if (flags & FLAG.property) return `(property) ${full}: ${type}`;
  if (flags & FLAG.accessor) return `(accessor) ${full}: ${type}`;
  if (flags & FLAG.class) return `class ${declared || name}`;
  if (flags & FLAG.enum) return `enum ${name}`;
  if (flags & FLAG.module) return /^"/.test(target.name) ? `module ${target.name}` : `namespace ${name}`;
  if (flags & FLAG.blockScoped) return `${kind === 'let' ? 'let' : 'const'} ${name}: ${type}`;
  if (flags & FLAG.functionScoped) {
    return PARAMETER.test(target.valueDeclaration ?? '')
      ? `(parameter) ${name}: ${type}`
      : `var ${name}: ${type}${construct(known, before)}`;
  }
  if (flags & FLAG.interface) return `interface ${declared}`;
  if (flags & FLAG.typeAlias) return `type ${name} = ${declared}`;
  if (flags & FLAG.typeParameter) return `(type parameter) ${name}`;
  return `${name}: ${type}`;
};

const present = (line: string, { documentation, tags }: Known): Inspection => {
  const said = tags.map(({ name, text }) => (text ? `@${name} ${text}` : `@${name}`)).join('\n');
  const text = [line, [documentation, said].filter((part) => part !== '').join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
  const parts = [`\`\`\`typescript\n${line}\n\`\`\``, documentation, tags.map(tagLine).join('\n\n')];
  return { text, markdown: parts.filter((part) => part !== '').join('\n\n') };
};

/** `@param name what` with the name in code font. */
const tagLine = ({ name, text = '' }: { readonly name: string; readonly text?: string }): string => {
  const [first = '', ...rest] = text.split(' ');
  if (name === 'param' && first !== '')
    return `*@param* \`${first}\`${rest.length > 0 ? ` — ${rest.join(' ').replace(/^[-—] /, '')}` : ''}`;
  return `*@${name}*${text === '' ? '' : ` ${text}`}`;
};
