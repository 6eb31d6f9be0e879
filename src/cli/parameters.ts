import { FridayError } from '../lib/errors.ts';

/** The parts of a notebook (nbformat 4) that are needed to run it. */
export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface NotebookCell {
  cell_type: string;
  id?: string;
  source: string | string[];
  metadata: { tags?: readonly string[] } & Record<string, unknown>;
  outputs?: unknown[];
  execution_count?: number | null;
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** `seconds=10` to ['seconds', 10]: JSON if it parses as JSON, otherwise text. Throws 'usage' on other forms. */
export const parameter = (text: string): readonly [string, unknown] => {
  const split = text.indexOf('=');
  const name = text.slice(0, Math.max(split, 0));
  if (!NAME.test(name)) {
    throw new FridayError('usage', `--param: expected NAME=VALUE, got ${JSON.stringify(text)}`, {
      next: 'Write for example: --param seconds=10',
    });
  }
  const value = text.slice(split + 1);
  try {
    return [name, JSON.parse(value) as unknown];
  } catch {
    return [name, value];
  }
};

const sourceOf = ({ source }: NotebookCell): string => [source].flat().join('');

/** The variables that a cell declares with `let`. */
const declared = (cell: NotebookCell): readonly string[] =>
  [...sourceOf(cell).matchAll(/^\s*let\s+([A-Za-z_$][\w$]*)/gm)].map(([, name]) => name ?? '');

const checkNames = (cell: NotebookCell, values: ReadonlyMap<string, unknown>): void => {
  const known = declared(cell);
  const unknown = [...values.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const option = unknown === 'url' ? '--host' : '--param';
  throw new FridayError('usage', `${option}: expected a parameter of this notebook, got ${JSON.stringify(unknown)}`, {
    next: known.length === 0 ? 'Its cell tagged "parameters" declares none with let.' : `It has ${known.join(', ')}.`,
  });
};

/**
 * The notebook with a cell that assigns the values, behind the cell tagged `parameters` (papermill's convention). It
 * assigns to the variables which that cell declares with `let`, so that the type checker rejects a wrong name or type.
 */
export const withParameters = (notebook: Notebook, values: ReadonlyMap<string, unknown>): Notebook => {
  if (values.size === 0) return notebook;
  const at = notebook.cells.findIndex((cell) => cell.metadata.tags?.includes('parameters'));
  if (at < 0) {
    throw new FridayError(
      'usage',
      'this notebook has no cell tagged "parameters", so it takes no --host and no --param',
      {
        next: 'Tag the cell that declares them (in JupyterLab: the gear icon at the right, Cell Tags).',
      },
    );
  }
  const parameters = notebook.cells[at];
  if (parameters !== undefined) checkNames(parameters, values);
  // In a block, since the cell would otherwise show the value of its last assignment.
  const source = ['{', ...[...values].map(([name, value]) => `  ${name} = ${JSON.stringify(value)};`), '}'].join('\n');
  const cell: NotebookCell = {
    cell_type: 'code',
    id: 'injected-parameters',
    metadata: { tags: ['injected-parameters'] },
    source,
    outputs: [],
    execution_count: null,
  };
  const kept = notebook.cells.filter((each) => !each.metadata.tags?.includes('injected-parameters'));
  return { ...notebook, cells: [...kept.slice(0, at + 1), cell, ...kept.slice(at + 1)] };
};
