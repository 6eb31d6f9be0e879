import type * as acorn from 'acorn';
import { applyEdits, blank } from './edits.ts';
import type { Edit, Edited } from './edits.ts';
import { findNames } from './names.ts';
import type { ProgramNames, Reference } from './names.ts';
import type { Kind } from './scopes.ts';

/** One module that a cell imports: `local` names -> exported names, `*` for the namespace. */
export interface ImportedModule {
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly bindings: readonly { readonly local: string; readonly exported: string; readonly needed: boolean }[];
  /** `export * from`: binds every name that the module exports. */
  readonly all: boolean;
}

export interface Rewritten {
  readonly edited: Edited;
  readonly isAsync: boolean;
  readonly declared: ReadonlyMap<string, Kind>;
}

/** Connects a cell's text to the shared scope: `known` tells how an earlier cell declared a name. */
export interface Surroundings {
  known(name: string): Kind | 'builtin' | undefined;
  /** Whether globalThis has the name. */
  isGlobal(name: string): boolean;
}

/** Ends and calls the function that wraps a cell; no character of it is the user's. */
export const CALL = '\n}).apply(void 0,globalThis[Symbol.for("fast-by-friday.scope")])';

/** Names for the objects of the scope that the cell itself does not use. */
const freshNames = (code: string): Record<'own' | 'guard' | 'late' | 'bring' | 'declare' | 'result', string> => {
  let own = '__fbf';
  while (code.includes(own)) own += '_';
  return {
    own,
    guard: `${own}Const`,
    late: `${own}Late`,
    bring: `${own}Import`,
    declare: `${own}Declare`,
    result: `${own}Result`,
  };
};

type Objects = ReturnType<typeof freshNames>;

/**
 * Turns a cell's JavaScript into a script whose value is an Outcome. Its top-level names become properties of the scope
 * object, so that later cells see them and may declare them again, and earlier functions see the latest value.
 * No edit adds or removes a line.
 */
export const rewrite = (code: string, program: acorn.Program, around: Surroundings): Rewritten => {
  const names = findNames(program);
  const objects = freshNames(code);
  const modules = importedModules(program, names);
  const isAsync = names.topLevelAwait || modules.length > 0;
  const edits: Edit[] = [
    ...statementEdits(code, program, names, objects),
    ...referenceEdits(names, objects, around),
    ...names.namings.flatMap(({ name, start, end }) => wrap(start, end, `({${name}:`, `}).${name}`)),
    ...names.imports.map((word) => ({ ...word, text: objects.bring })),
    ...names.metas.map((meta) => ({ ...meta, text: `${objects.own}["import.meta"]` })),
  ];
  const parameters = Object.values(objects).join(',');
  const open = `(${isAsync ? 'async ' : ''}function(${parameters}){"use strict";${prologue(names, modules, objects)}`;
  edits.unshift({ start: 0, end: 0, text: open });
  edits.push({ start: code.length, end: code.length, text: CALL });
  return { edited: applyEdits(code, edits), isAsync, declared: names.declared };
};

const wrap = (start: number, end: number, before: string, after: string): Edit[] => [
  { start, end: start, text: before },
  { start: end, end, text: after, closes: true },
];

/** What runs before the cell's first statement: imports, hoisted functions, `var` names. */
const prologue = (
  names: ProgramNames,
  modules: readonly ImportedModule[],
  { own, bring, declare }: Objects,
): string => {
  const lines: string[] = [];
  if (names.declared.size > 0) lines.push(`${declare}(${JSON.stringify([...names.declared])});`);
  if (modules.length > 0) lines.push(`await ${bring}.all(${JSON.stringify(modules)});`);
  for (const [name, kind] of names.declared) if (kind === 'function') lines.push(`${own}.${name}=${name};`);
  return lines.join('');
};

const importedModules = (program: acorn.Program, names: ProgramNames): ImportedModule[] => {
  const used = new Set(names.references.map(({ name }) => name));
  const modules: ImportedModule[] = [];
  for (const node of program.body) {
    if (
      node.type !== 'ImportDeclaration' &&
      node.type !== 'ExportAllDeclaration' &&
      node.type !== 'ExportNamedDeclaration'
    )
      continue;
    if (typeof node.source?.value !== 'string') continue;
    modules.push({
      specifier: node.source.value,
      attributes: Object.fromEntries(node.attributes.map(({ key, value }) => [nameOf(key), String(value.value)])),
      bindings: bindings(node, used),
      all: node.type === 'ExportAllDeclaration' && !node.exported,
    });
  }
  return modules;
};

const nameOf = (key: acorn.Identifier | acorn.Literal): string =>
  key.type === 'Identifier' ? key.name : String(key.value);

type FromModule = acorn.ImportDeclaration | acorn.ExportAllDeclaration | acorn.ExportNamedDeclaration;

const bindings = (node: FromModule, used: ReadonlySet<string>): ImportedModule['bindings'] => {
  if (node.type === 'ExportAllDeclaration')
    return node.exported ? [{ local: nameOf(node.exported), exported: '*', needed: false }] : [];
  return node.specifiers.map((specifier) => {
    if (specifier.type === 'ExportSpecifier') {
      return { local: nameOf(specifier.exported), exported: nameOf(specifier.local), needed: true };
    }
    const local = specifier.local.name;
    if (specifier.type === 'ImportNamespaceSpecifier') return { local, exported: '*', needed: true };
    const exported = specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier.imported);
    return { local, exported, needed: used.has(local) };
  });
};

/** Top-level statements: declarations become assignments; the last expression becomes the result. */
const statementEdits = (code: string, program: acorn.Program, names: ProgramNames, objects: Objects): Edit[] => {
  const edits: Edit[] = [];
  const statements = program.body.filter(({ type }) => type !== 'EmptyStatement');
  for (const node of statements) edits.push(...statement(code, node, node === statements.at(-1), objects));
  for (const { node, listed } of names.deepVars) edits.push(...variables(code, node, listed, objects));
  for (const { node, initial } of names.loopVars) edits.push(...loopVariables(node, initial, objects));
  return edits;
};

const statement = (code: string, node: acorn.Program['body'][number], last: boolean, objects: Objects): Edit[] => {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return [erase(code, node.start, node.end)];
    case 'ExportNamedDeclaration':
      if (!node.declaration) return [erase(code, node.start, node.end)];
      return [erase(code, node.start, node.declaration.start), ...statement(code, node.declaration, last, objects)];
    case 'ExportDefaultDeclaration':
      return exportDefault(code, node, last, objects);
    case 'VariableDeclaration':
      return node.kind === 'using' || node.kind === 'await using' ? [] : variables(code, node, true, objects);
    case 'ClassDeclaration':
      return wrap(node.start, node.end, `;${objects.own}.${node.id.name}=`, ';');
    case 'ExpressionStatement':
      return last
        ? wrap(node.start, node.end - (code[node.end - 1] === ';' ? 1 : 0), `;return ${objects.result}((`, '));')
        : [];
    default:
      return [];
  }
};

const erase = (code: string, start: number, end: number): Edit => ({ start, end, text: blank(code.slice(start, end)) });

const exportDefault = (code: string, node: acorn.ExportDefaultDeclaration, last: boolean, objects: Objects): Edit[] => {
  const { declaration } = node;
  const edits = [erase(code, node.start, declaration.start)];
  const named =
    (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') && declaration.id;
  if (named && declaration.type === 'ClassDeclaration') {
    return [...edits, ...wrap(declaration.start, declaration.end, `;${objects.own}.${named.name}=`, ';')];
  }
  if (named) return edits;
  return [
    ...edits,
    ...wrap(declaration.start, declaration.end, last ? `;return ${objects.result}((` : ';(', last ? '));' : ');'),
  ];
};

/** `let a = 1, { b } = c` -> `;( own.a = 1, {b: own.b} = c);`: referenceEdits rewrites the names themselves. */
const variables = (code: string, node: acorn.VariableDeclaration, listed: boolean, { own }: Objects): Edit[] => {
  const ends = code[node.end - 1] === ';';
  const first = node.declarations[0];
  if (!first) return [];
  const keyword = blank(code.slice(node.start + node.kind.length, first.start));
  const edits: Edit[] = [{ start: node.start, end: first.start, text: `${listed ? ';' : ''}(${keyword}` }];
  const end = node.declarations.at(-1)?.end ?? node.end;
  edits.push({ start: end, end, text: ends ? ')' : ');', closes: true }, ...emptyDeclarators(node, own));
  return edits;
};

/** `let x` sets undefined; `var x` keeps the value of an earlier cell, as in JavaScript. */
const emptyDeclarators = (node: acorn.VariableDeclaration, own: string): Edit[] =>
  node.declarations
    .filter(({ init }) => !init)
    .map(({ end, id }) => ({
      start: end,
      end,
      closes: true,
      text: node.kind === 'var' && id.type === 'Identifier' ? `=${own}.${id.name}` : '=void 0',
    }));

const loopVariables = (node: acorn.VariableDeclaration, initial: boolean, { own }: Objects): Edit[] => {
  const first = node.declarations[0];
  if (!first) return [];
  const edits: Edit[] = [{ start: node.start, end: first.start, text: initial ? '(' : ' ' }];
  if (!initial) return edits;
  const end = node.declarations.at(-1)?.end ?? node.end;
  return [...edits, { start: end, end, text: ')', closes: true }, ...emptyDeclarators(node, own)];
};

/** Rewrites every use of a name that is declared outside the cell's inner scopes. */
const referenceEdits = (names: ProgramNames, objects: Objects, around: Surroundings): Edit[] => {
  const edits: Edit[] = [];
  for (const reference of names.references) {
    const text = replacement(reference, names, objects, around);
    if (text === undefined) continue;
    edits.push({
      start: reference.start,
      end: reference.end,
      text: reference.shorthand ? `${reference.name}:${text}` : text,
    });
  }
  return edits;
};

const replacement = (
  reference: Reference,
  names: ProgramNames,
  objects: Objects,
  around: Surroundings,
): string | undefined => {
  const { name, binds, write, called, asked } = reference;
  if (binds) return `${objects.own}.${name}`;
  const kind = names.declared.get(name) ?? around.known(name);
  if (kind === undefined) {
    if (around.isGlobal(name) || name === 'undefined') return undefined;
    return asked ? `${objects.own}.${name}` : `${objects.late}.${name}`;
  }
  const fixed = kind === 'const' || kind === 'import';
  if (write && fixed) return `${objects.guard}.${name}`;
  return called ? `(0,${objects.own}.${name})` : `${objects.own}.${name}`;
};
