import type * as acorn from 'acorn';
import { cellOnly, children, inner, scopeOf, topNames } from './scopes.ts';
import type { Kind, Node, Scope } from './scopes.ts';

/** An identifier that means a top-level name of the cell, or a name that the cell does not declare. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** `{ x }`, short for `{ x: x }`. */
  readonly shorthand: boolean;
  /** The identifier is declared here. */
  readonly binds: boolean;
  /** The identifier is assigned to. */
  readonly write: boolean;
  /** The identifier is called: the rewritten call must not pass an object as `this`. */
  readonly called: boolean;
  /** The identifier is the operand of `typeof`, which does not throw for a missing name. */
  readonly asked: boolean;
}

/** An anonymous function or class that takes its name from what it is assigned to. */
export interface Naming {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface ProgramNames {
  readonly declared: ReadonlyMap<string, Kind>;
  readonly references: readonly Reference[];
  readonly namings: readonly Naming[];
  /** `var` statements below the top level (blocks, loops), and whether each is in a list of statements. */
  readonly deepVars: readonly { readonly node: acorn.VariableDeclaration; readonly listed: boolean }[];
  /** `for (var ...)`: not a statement of its own. */
  readonly loopVars: readonly { readonly node: acorn.VariableDeclaration; readonly initial: boolean }[];
  /** The word `import` of `import(...)`, and the whole of `import.meta`. */
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
 * Finds what a cell declares at its top level and every use of a name that no inner scope shadows: the cell's own, an
 * earlier cell's or a global. Uses its own stack, since a sum of 50,000 terms is a tree 50,000 deep.
 */
export const findNames = (program: acorn.Program): ProgramNames => {
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

/** Handles one node: notes its meaning and pushes its children. */
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

/**
 * Handles an expression: the role of an identifier (called, operand of typeof, assigned to) follows from its parent.
 */
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

/** Handles declarations, functions and loops, which open scopes. */
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

/** `var` in blocks: a rewritten statement in a list may begin with a semicolon, the branch of an `if` may not. */
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

/** `{ x }` and `{ x = 1 }`: key and value are the same text. */
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

/** Notes what a node means by itself, without its children. */
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
