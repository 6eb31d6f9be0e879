import type * as acorn from 'acorn';
import { cellOnly, children, inner, scopeOf, topNames } from './scopes.ts';
import type { Kind, Node, Scope } from './scopes.ts';

/** A place where an identifier means a name of the cell's top level or one that the cell does not declare. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** `{ x }` stands for `{ x: x }`. */
  readonly shorthand: boolean;
  /** It is being declared here. */
  readonly binds: boolean;
  /** Something is assigned to it. */
  readonly write: boolean;
  /** It is called, so that it must not become the receiver. */
  readonly called: boolean;
  /** It stands behind `typeof`, which asks about a name without needing it. */
  readonly asked: boolean;
}

/** A function or class without a name that takes the name of what it is assigned to. */
export interface Naming {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Names {
  readonly declared: ReadonlyMap<string, Kind>;
  readonly references: readonly Reference[];
  readonly namings: readonly Naming[];
  /** `var` statements below the top level (blocks, loops), and whether each stands in a list of statements. */
  readonly deepVars: readonly { readonly node: acorn.VariableDeclaration; readonly listed: boolean }[];
  /** `for (var ...)`: no statement of its own. */
  readonly loopVars: readonly { readonly node: acorn.VariableDeclaration; readonly initial: boolean }[];
  /** The words `import` of `import(...)` and the whole of `import.meta`. */
  readonly imports: readonly { readonly start: number; readonly end: number }[];
  readonly metas: readonly { readonly start: number; readonly end: number }[];
  readonly topLevelAwait: boolean;
}

interface Found {
  readonly declared: Map<string, Kind>;
  readonly references: Reference[];
  readonly namings: Naming[];
  readonly deepVars: { node: acorn.VariableDeclaration; listed: boolean }[];
  readonly loopVars: { node: acorn.VariableDeclaration; initial: boolean }[];
  readonly imports: { start: number; end: number }[];
  readonly metas: { start: number; end: number }[];
  topLevelAwait: boolean;
}

interface Task {
  readonly node: Node;
  readonly scope: Scope;
  readonly role: Role;
}

type Role = 'read' | 'bind' | 'write' | 'call' | 'typeof';

/**
 * Finds what a cell declares at its top level and every use of such a name, of an earlier cell's name or of a global:
 * whatever an inner scope does not shadow. Runs on a stack of its own, since a sum of 50,000 terms nests as deep.
 */
export const findNames = (program: acorn.Program): Names => {
  const found: Found = {
    declared: new Map(),
    references: [],
    namings: [],
    deepVars: [],
    loopVars: [],
    imports: [],
    metas: [],
    topLevelAwait: false,
  };
  topNames(program, found.declared);
  const top: Scope = { names: cellOnly(program), outer: undefined, inFunction: false };
  const stack: Task[] = program.body.map((node) => ({ node, scope: top, role: 'read' }));
  for (let task = stack.pop(); task; task = stack.pop()) look(task, stack, found, program);
  return found;
};

/** One node: notes what it is and puts on the stack what lies below it. */
const look = ({ node, scope, role }: Task, stack: Task[], found: Found, program: acorn.Program): void => {
  const push = (below: Node | null | undefined, how: Role = 'read', where = scope): void => {
    if (below) stack.push({ node: below, scope: where, role: how });
  };
  note(node, scope, role, found);
  const own = scopeOf(node, scope);
  switch (node.type) {
    case 'Identifier':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      if (node.type === 'LabeledStatement') push(node.body);
      return;
    case 'ExportNamedDeclaration':
      if (!node.declaration) return;
      push(node.declaration);
      return;
    case 'Property':
      if (node.computed) push(node.key);
      if (!node.shorthand) push(node.value, role);
      else shorthand(node, scope, role, found, push);
      return;
    case 'MemberExpression':
      push(node.object);
      if (node.computed) push(node.property);
      return;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      if (node.computed) push(node.key);
      push(node.value, 'read', node.type === 'PropertyDefinition' ? { ...inner(own), inFunction: true } : own);
      return;
    default:
      lookExpression(node, own, role, push, found, program);
  }
};

type Push = (below: Node | null | undefined, how?: Role, where?: Scope) => void;

/** Where an identifier stands decides what it means: called, asked about, assigned to. */
const lookExpression = (node: Node, own: Scope, role: Role, push: Push, found: Found, program: acorn.Program): void => {
  switch (node.type) {
    case 'CallExpression':
      push(node.callee, 'call');
      for (const argument of node.arguments) push(argument);
      return;
    case 'TaggedTemplateExpression':
      push(node.tag, 'call');
      push(node.quasi);
      return;
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      push(node.expression, role);
      return;
    case 'UnaryExpression':
      push(node.argument, node.operator === 'typeof' ? 'typeof' : 'read');
      return;
    case 'UpdateExpression':
      push(node.argument, 'write');
      return;
    case 'AssignmentExpression':
      push(node.left, 'write');
      push(node.right);
      return;
    case 'AssignmentPattern':
      push(node.left, role);
      push(node.right);
      return;
    case 'ObjectPattern':
    case 'ArrayPattern':
    case 'RestElement':
      for (const below of children(node)) push(below, role);
      return;
    default:
      lookDeep(node, own, push, found, program);
  }
};

/** Declarations, functions, loops: where scopes begin. */
const lookDeep = (node: Node, own: Scope, push: Push, found: Found, program: acorn.Program): void => {
  switch (node.type) {
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        push(id, 'bind', own);
        push(init, 'read', own);
      }
      return;
    case 'ForInStatement':
    case 'ForOfStatement':
      push(node.left, node.left.type === 'VariableDeclaration' ? 'read' : 'write', own);
      push(node.right, 'read', own);
      push(node.body, 'read', own);
      if (isCellVar(node.left, own)) found.loopVars.push({ node: node.left, initial: false });
      return;
    case 'ForStatement':
      if (node.init && isCellVar(node.init, own)) found.loopVars.push({ node: node.init, initial: true });
      for (const below of children(node)) push(below, 'read', own);
      return;
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'FunctionExpression':
    case 'ClassExpression':
    case 'ArrowFunctionExpression':
      for (const below of children(node))
        if (!('id' in node) || below !== node.id) push(below, isPattern(below) ? 'write' : 'read', own);
      return;
    case 'CatchClause':
      push(node.param, 'write', own);
      push(node.body, 'read', own);
      return;
    default:
      for (const below of children(node)) push(below, 'read', own);
      noteVars(node, own, found, program);
  }
};

const isPattern = (node: Node): boolean => /Pattern$|^RestElement$/.test(node.type);

const isCellVar = (node: Node, scope: Scope): node is acorn.VariableDeclaration =>
  node.type === 'VariableDeclaration' && node.kind === 'var' && !scope.inFunction;

/** `var` in blocks of the cell's top level: statements in a list may begin with a semicolon, the branch of an `if` may not. */
const noteVars = (node: Node, scope: Scope, found: Found, program: acorn.Program): void => {
  if (scope.inFunction || node === program) return;
  const listed = node.type === 'BlockStatement' || node.type === 'SwitchCase';
  for (const below of children(node)) if (isCellVar(below, scope)) found.deepVars.push({ node: below, listed });
};

const visible = (name: string, scope: Scope | undefined): boolean => {
  for (let at = scope; at; at = at.outer) if (at.names.has(name)) return false;
  return true;
};

const refer = (id: acorn.Identifier, scope: Scope, role: Role, found: Found, short = false): void => {
  const { name, start, end } = id;
  if (!visible(name, scope)) return;
  found.references.push({
    name,
    start,
    end,
    shorthand: short,
    binds: role === 'bind',
    write: role === 'write',
    called: role === 'call',
    asked: role === 'typeof',
  });
};

/** `{ x }` and `{ x = 1 }`: key and value are one text. */
const shorthand = (
  node: acorn.Property | acorn.AssignmentProperty,
  scope: Scope,
  role: Role,
  found: Found,
  push: Push,
): void => {
  const { value } = node;
  if (value.type === 'Identifier') refer(value, scope, role, found, true);
  if (value.type !== 'AssignmentPattern') return;
  if (value.left.type === 'Identifier') refer(value.left, scope, role, found, true);
  push(value.right);
  noteNaming(value.left, value.right, scope, found);
};

const isAnonymous = (node: Node): boolean =>
  node.type === 'ArrowFunctionExpression' ||
  ((node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id);

const noteNaming = (target: Node, value: Node | null | undefined, scope: Scope, found: Found): void => {
  if (target.type !== 'Identifier' || !value || !isAnonymous(value) || !visible(target.name, scope)) return;
  found.namings.push({ name: target.name, start: value.start, end: value.end });
};

/** What a node is by itself, whatever lies below it. */
const note = (node: Node, scope: Scope, role: Role, found: Found): void => {
  switch (node.type) {
    case 'Identifier':
      refer(node, scope, role, found);
      return;
    case 'VariableDeclarator':
      return;
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) noteNaming(id, init, scope, found);
      if (node.kind === 'await using' && !scope.inFunction) found.topLevelAwait = true;
      return;
    case 'AssignmentExpression':
      if (node.operator === '=' || node.operator.length === 3) noteNaming(node.left, node.right, scope, found);
      return;
    case 'AssignmentPattern':
      noteNaming(node.left, node.right, scope, found);
      return;
    case 'AwaitExpression':
      if (!scope.inFunction) found.topLevelAwait = true;
      return;
    case 'ForOfStatement':
      if (node.await && !scope.inFunction) found.topLevelAwait = true;
      return;
    case 'ImportExpression':
      found.imports.push({ start: node.start, end: node.start + 'import'.length });
      return;
    case 'MetaProperty':
      if (node.meta.name === 'import') found.metas.push({ start: node.start, end: node.end });
      return;
    default:
  }
};
