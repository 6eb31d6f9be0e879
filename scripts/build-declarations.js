// Writes dist/fast-by-friday.d.ts, the single file that cells are checked against and from which editors show docs:
// src/lib/api.ts with its parts, and an interface for the rows of each source and question.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');

const HEAD = '// Made by npm run build from src/lib/api.ts and the lists of sources and questions. Edit those.\n';

/**
 * Names of interfaces: ProcNetDev for 'proc.net.dev', LoadAverage for 'load-average', LimitsRow if the name is taken.
 */
const interfaceName = (name, taken) => {
  const own = name.replace(/(^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, _between, letter) => letter.toUpperCase());
  return taken.has(own) ? `${own}Row` : own;
};

const comment = (text, indent = '') =>
  `${indent}/** ${text.replaceAll('*/', '*\\/').replaceAll('\n', `\n${indent} * `)} */\n`;

const property = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const UNITS = { 1: 'a fraction', s: 'seconds', B: 'bytes', id: 'an identifier', '1/s': 'per second' };

/** The doc of a column with its unit in words and its other properties. */
const columnDoc = ({ unit, doc, counter }) => {
  const facts = [
    unit === '' ? '' : `Unit: ${UNITS[unit] ?? unit}.`,
    counter ? 'Counts since boot: `rate()` makes it per second.' : '',
  ];
  return [doc, ...facts].filter(Boolean).join(' ');
};

/**
 * The interface of the rows of a source or question: numbers for columns with a unit, else text. An interface with the
 * name of one in api.ts would be merged with it (the question 'limits' with `Limits`), so `taken` names get the suffix
 * 'Row'.
 */
const rowInterface = ({ name, doc, from, columns }, taken) => {
  const fields = Object.entries(columns).map(
    ([column, docs]) =>
      `${comment(columnDoc(docs), '  ')}  ${property(column)}: ${docs.unit === '' ? 'string' : 'number'};\n`,
  );
  const host = 'host' in columns ? '' : `${comment('The host, if several were asked.', '  ')}  host?: string;\n`;
  return `${comment(from === undefined ? doc : `${doc}\n\n{@link ${from}}`)}export interface ${interfaceName(name, taken)} {\n${fields.join('')}${host}}\n`;
};

/** The lines of `Questions`: each question, and the type of its rows. */
const questionLines = (asked, taken) =>
  asked.flatMap(({ name, aliases = [], doc }) => [
    `${comment(doc, '  ')}  ${JSON.stringify(name)}: ${interfaceName(name, taken)};\n`,
    ...aliases.map(
      (alias) =>
        `${comment(`${doc} The same as \`${name}\`.`, '  ')}  ${JSON.stringify(alias)}: ${interfaceName(name, taken)};\n`,
    ),
  ]);

const parse = (name, text) => ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);

/** Names of the values (not types) that a module exports. */
const valueExports = (source) =>
  source.statements
    .filter(ts.isExportDeclaration)
    .flatMap(({ isTypeOnly, exportClause }) =>
      isTypeOnly || exportClause === undefined || !ts.isNamedExports(exportClause)
        ? []
        : exportClause.elements.filter((element) => !element.isTypeOnly).map((element) => element.name.text),
    );

/** Names of the types that a file declares. */
const declaredTypes = ({ statements }) =>
  new Set(
    statements
      .filter(
        (statement) =>
          ts.isInterfaceDeclaration(statement) ||
          ts.isTypeAliasDeclaration(statement) ||
          ts.isClassDeclaration(statement),
      )
      .map(({ name }) => name.text),
  );

/** Names of the values that a statement declares. */
const declaredValues = (statement) => {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.text);
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name.text];
  return [];
};

const withoutLintRemarks = (text) => text.replace(/^\s*\/[/*] eslint.*$\n?/gm, '');

/**
 * The declarations as one text. Throws if index.ts exports a value that api.ts does not declare, because editors would
 * not know it.
 * @param {{ api: string, index: string, sources: readonly object[], questions: readonly object[] }} parts
 */
export const declarations = ({ api, index, sources, questions }) => {
  const exported = new Set(valueExports(parse('index.ts', index)));
  const file = parse('api.ts', api);
  const declared = new Set(file.statements.flatMap(declaredValues));
  const missing = [...exported].filter((name) => !declared.has(name));
  if (missing.length > 0)
    throw new Error(
      `src/lib/api.ts: expected a declaration of each value that index.ts exports, missing ${missing.join(', ')}`,
    );
  const kept = file.statements.filter((statement) => {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === 'Questions') return false;
    const values = declaredValues(statement);
    return values.length === 0 || values.some((name) => exported.has(name));
  });
  const taken = declaredTypes(file);
  const asked = [...new Map([...sources, ...questions].map((one) => [one.name, one])).values()];
  return [
    HEAD,
    ...kept.map((statement) => `${withoutLintRemarks(statement.getFullText(file)).trim()}\n`),
    ...asked.map((one) => rowInterface(one, taken)),
    `${comment('What `ask` takes, and the rows that it gives.')}export interface Questions {\n${questionLines(asked, taken).join('')}}\n`,
  ].join('\n');
};

/** The statements of a part of api.ts as text: what it imports is in the other parts. */
const withoutImports = (name, text) =>
  text.slice(parse(name, text).statements.findLast(ts.isImportDeclaration)?.end ?? 0);

/** src/lib/api.ts as one text: its comment, then the parts that it exports, in its order. */
const readApi = async (lib) => {
  const text = await readFile(join(lib, 'api.ts'), 'utf8');
  const parts = parse('api.ts', text).statements.map(({ moduleSpecifier }) => moduleSpecifier.text);
  const texts = await Promise.all(parts.map((part) => readFile(join(lib, part), 'utf8')));
  return [/^\/\*\*.*?\*\/\n/s.exec(text)?.[0] ?? '', ...texts.map((part, i) => withoutImports(parts[i], part))].join(
    '\n',
  );
};

/** Generates the declarations from the sources of this checkout. */
export const currentDeclarations = async () => {
  const [{ sources }, { questions }] = await Promise.all([
    import('../src/lib/sources/list.ts'),
    import('../src/lib/questions/list.ts'),
  ]);
  const lib = join(root, 'src', 'lib');
  const [api, index] = await Promise.all([readApi(lib), readFile(join(lib, 'index.ts'), 'utf8')]);
  return declarations({ api, index, sources, questions });
};

export const build = async () => {
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'dist', 'fast-by-friday.d.ts'), await currentDeclarations());
};

if (import.meta.main) await build();
