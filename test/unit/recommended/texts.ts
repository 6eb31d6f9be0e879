import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../../src/lib/paths.ts';

/** A text that somebody reads, and where it stands. */
export interface Read {
  readonly where: string;
  readonly text: string;
  /** Prose may hold code between other words; code is code as a whole. */
  readonly kind: 'prose' | 'code';
}

/** Stands for what is only known when a message is made: `${file}`. */
export const PLACEHOLDER = 'PLACEHOLDER';

/** A string as a program would print it, `a${b}` and 'a' + 'b' included; undefined for anything else. */
const stringOf = (node: ts.Node): string | undefined => {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => PLACEHOLDER + literal.text).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [stringOf(node.left), stringOf(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? PLACEHOLDER) + (right ?? PLACEHOLDER);
  }
  return undefined;
};

/** Whose comments editors show to users: the declarations are built from it. */
const SHOWN_COMMENTS = 'src/lib/api.ts';

/** Every string of a program, and comments where users see them. */
const textsOfProgram = (file: string, source: string): readonly Read[] => {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true);
  const found: Read[] = [];
  const lineAt = (position: number): string =>
    `${file}:${String(tree.getLineAndCharacterOfPosition(position).line + 1)}`;
  const visit = (node: ts.Node): void => {
    const text = stringOf(node);
    if (text === undefined) ts.forEachChild(node, visit);
    else if (!ts.isImportDeclaration(node.parent)) found.push({ where: lineAt(node.getStart()), text, kind: 'prose' });
  };
  visit(tree);
  const comments = file === SHOWN_COMMENTS ? source.matchAll(/\/\*\*[\s\S]*?\*\//g) : [];
  for (const { 0: comment, index } of comments)
    found.push({ where: lineAt(index), text: comment.replace(/\n\s*\* ?/g, '\n'), kind: 'prose' });
  return found;
};

const FENCE = /^```(\w*)\n([\s\S]*?)^```/gm;

/** Fences of code, and what stands between backticks in the rest. */
const textsOfMarkdown = (file: string, source: string): readonly Read[] => {
  const lineOf = (at: number): string => `${file}:${String(source.slice(0, at).split('\n').length)}`;
  const fences = [...source.matchAll(FENCE)];
  const code = fences
    .filter(([, language]) => language === 'ts' || language === 'typescript')
    .map(({ 2: text = '', index }): Read => ({ where: lineOf(index), text, kind: 'code' }));
  const shell = fences
    .filter(([, language]) => language !== 'ts' && language !== 'typescript')
    .map(({ 2: text = '', index }): Read => ({ where: lineOf(index), text, kind: 'prose' }));
  const rest = source.replace(FENCE, (fence) => fence.replace(/[^\n]/g, ' '));
  const inline = [...rest.matchAll(/`([^`]+)`/g)].map(({ 1: text = '', index }): Read => ({
    where: lineOf(index),
    text,
    kind: 'prose',
  }));
  return [...code, ...shell, ...inline];
};

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

/** The code cells of a notebook as one program, and the Markdown cells as they are. */
const textsOfNotebook = (file: string, source: string): readonly Read[] => {
  const { cells } = JSON.parse(source) as { readonly cells: readonly Cell[] };
  const texts = cells.map((cell) => ({ type: cell.cell_type, text: [cell.source].flat().join('') }));
  const code = texts.filter(({ type }) => type === 'code').map(({ text }) => text);
  const prose = texts.flatMap(({ type, text }, i) =>
    type === 'code' ? [] : textsOfMarkdown(`${file} cell ${String(i + 1)}`, text),
  );
  return [{ where: file, text: code.join('\n'), kind: 'code' }, ...prose];
};

const READERS: Readonly<Record<string, (file: string, source: string) => readonly Read[]>> = {
  '.ts': textsOfProgram,
  '.js': textsOfProgram,
  '.md': textsOfMarkdown,
  '.ipynb': textsOfNotebook,
};

/** Data of others, what only we read, and a program of its own for browsers. */
const NOT_READ = /^(?:fixtures|test|bench|src\/wasm)\/|flamegraph-svg-script\.ts$/;

/** Everything of the tree that a user may read: messages, docs, notebooks, templates. */
export const textsOfTree = (): readonly Read[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: packageRoot,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => Object.hasOwn(READERS, extname(file)) && !NOT_READ.test(file))
    .flatMap((file) => READERS[extname(file)]?.(file, readFileSync(join(packageRoot, file), 'utf8')) ?? []);
