import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../../src/lib/paths.ts';

/** A text that users read, and where it is. */
export interface Read {
  readonly where: string;
  readonly text: string;
  /** Prose may contain code between other words; code is code as a whole. */
  readonly kind: 'prose' | 'code';
}

/** A placeholder for parts that are known only when a message is made: `${file}`. */
export const PLACEHOLDER = 'PLACEHOLDER';

/** A string as the program prints it, including `a${b}` and 'a' + 'b'; undefined for other expressions. */
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

/** The files whose comments users see in editors: the declarations are built from them. */
const SHOWN_COMMENTS = 'src/lib/api/';

/** All strings of a program, and comments that users see. */
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
  const comments = file.startsWith(SHOWN_COMMENTS) ? source.matchAll(/\/\*\*[\s\S]*?\*\//g) : [];
  for (const { 0: comment, index } of comments)
    found.push({ where: lineAt(index), text: comment.replace(/\n\s*\* ?/g, '\n'), kind: 'prose' });
  return found;
};

const FENCE = /^```(\w*)\n([\s\S]*?)^```/gm;

/** Fenced code, and text between backticks elsewhere. */
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

/** The code cells of a notebook as one program, and its Markdown cells. */
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

/** Not searched: data of others, texts for contributors only, and a program for browsers. */
const NOT_READ = /^(?:fixtures|test|bench|src\/wasm)\/|flamegraph-svg-script\.ts$/;

/** All texts in the tree that users may read: messages, docs, notebooks, templates. */
export const textsOfTree = (): readonly Read[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: packageRoot,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => Object.hasOwn(READERS, extname(file)) && !NOT_READ.test(file))
    .flatMap((file) => READERS[extname(file)]?.(file, readFileSync(join(packageRoot, file), 'utf8')) ?? []);
