import type * as acorn from 'acorn';

/** How a top-level name was declared. */
export type Kind = 'let' | 'const' | 'var' | 'function' | 'class' | 'import';

export type Node = acorn.AnyNode;

/** The names that a scope declares, and the scope around it. */
export interface Scope {
  readonly names: Set<string>;
  readonly outer: Scope | undefined;
  /** False at the cell's top level and in its blocks: an `await` there makes the cell asynchronous. */
  readonly inFunction: boolean;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** The direct children of a node, in the order of the text. */
export const children = (node: Node): Node[] => {
  const below: Node[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) below.push(...value.filter(isNode));
    else if (isNode(value)) below.push(value);
  }
  return below;
};

/** Every name that a pattern binds. */
export const bound = (pattern: acorn.Pattern): acorn.Identifier[] => {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) => bound(p.type === 'RestElement' ? p.argument : p.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? bound(element) : []));
    case 'RestElement':
      return bound(pattern.argument);
    case 'AssignmentPattern':
      return bound(pattern.left);
    case 'MemberExpression':
      return [];
  }
};

type FunctionNode = Extract<Node, { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }>;

const isFunction = (node: Node): node is FunctionNode =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

/** The `var` declarations of a function or of the cell, including its blocks but not inner functions. */
const varsOf = (start: readonly Node[]): acorn.VariableDeclaration[] => {
  const vars: acorn.VariableDeclaration[] = [];
  const stack = [...start];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'ClassExpression') continue;
    if (node.type === 'VariableDeclaration' && node.kind === 'var') vars.push(node);
    if (hasStatements(node)) stack.push(...children(node));
  }
  return vars;
};

/** Only statements can contain `var`: expressions are skipped. */
const hasStatements = (node: Node): boolean =>
  /Statement$|^(SwitchCase|CatchClause|Program|ExportNamedDeclaration)$/.test(node.type) &&
  node.type !== 'ExpressionStatement';

const addLexical = (names: Set<string>, body: readonly Node[]): void => {
  for (const statement of body) {
    const node =
      statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement;
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
      for (const { id } of node.declarations) for (const { name } of bound(id)) names.add(name);
    }
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') if (node.id) names.add(node.id.name);
  }
};

const addVars = (names: Set<string>, body: readonly Node[]): void => {
  for (const { declarations } of varsOf(body)) {
    for (const { id } of declarations) for (const { name } of bound(id)) names.add(name);
  }
};

/** A new scope inside another. */
export const inner = (outer: Scope, inFunction = outer.inFunction): Scope => ({ names: new Set(), outer, inFunction });

/** The scope that a node opens, or the given scope if it opens none. */
export const scopeOf = (node: Node, scope: Scope): Scope => {
  if (isFunction(node)) return functionScope(node, scope);
  const own = inner(scope);
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id) own.names.add(node.id.name);
      return own;
    case 'BlockStatement':
      addLexical(own.names, node.body);
      return own;
    case 'StaticBlock':
      addLexical(own.names, node.body);
      addVars(own.names, node.body);
      return { ...own, inFunction: true };
    case 'SwitchStatement':
      addLexical(
        own.names,
        node.cases.flatMap(({ consequent }) => consequent),
      );
      return own;
    case 'ForStatement':
      if (node.init) addLexical(own.names, [node.init]);
      return own;
    case 'ForInStatement':
    case 'ForOfStatement':
      addLexical(own.names, [node.left]);
      return own;
    case 'CatchClause':
      if (node.param) for (const { name } of bound(node.param)) own.names.add(name);
      return own;
    default:
      return scope;
  }
};

const functionScope = (node: FunctionNode, scope: Scope): Scope => {
  const own = inner(scope, true);
  if (node.type === 'FunctionExpression' && node.id) own.names.add(node.id.name);
  if (node.type !== 'ArrowFunctionExpression') own.names.add('arguments');
  for (const parameter of node.params) for (const { name } of bound(parameter)) own.names.add(name);
  if (node.body.type === 'BlockStatement') {
    addLexical(own.names, node.body.body);
    addVars(own.names, node.body.body);
  }
  return own;
};

/** The top-level names of a cell, which later cells see. */
export const topNames = (program: acorn.Program, declared: Map<string, Kind>): void => {
  for (const { declarations } of varsOf(program.body)) {
    for (const { id } of declarations) for (const { name } of bound(id)) declared.set(name, 'var');
  }
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration')
      for (const { local } of statement.specifiers) declared.set(local.name, 'import');
    const node = 'declaration' in statement && statement.declaration ? statement.declaration : statement;
    // `using` ends with the cell, so its names stay local to the cell.
    if (node.type === 'VariableDeclaration' && (node.kind === 'let' || node.kind === 'const')) {
      for (const { id } of node.declarations) for (const { name } of bound(id)) declared.set(name, node.kind);
    }
    if (node.type === 'FunctionDeclaration') if (node.id) declared.set(node.id.name, 'function');
    if (node.type === 'ClassDeclaration') if (node.id) declared.set(node.id.name, 'class');
  }
};

/** Names that exist only while the cell runs. */
export const cellOnly = (program: acorn.Program): Set<string> => {
  const names = new Set<string>();
  for (const node of program.body) {
    if (node.type !== 'VariableDeclaration' || node.kind === 'let' || node.kind === 'const' || node.kind === 'var')
      continue;
    for (const { id } of node.declarations) for (const { name } of bound(id)) names.add(name);
  }
  return names;
};
