import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import { readBounded } from './decode/read-bounded.ts';
import type { NotebookCell, Notebook } from './parameters.ts';

const A_NOTEBOOK = {
  as: 'a notebook',
  next: 'Check that it is the file you mean. Large outputs go by: jupyter nbconvert --clear-output --inplace FILE',
};

/** The error for an invalid notebook. */
export const invalidNotebook = (file: string, wrong: string): FridayError =>
  new FridayError('input', `${printable(file, 200)}: expected a valid notebook, got ${printable(wrong, 300)}`, {
    next: 'Open it in JupyterLab and save it again, or correct it with an editor: it is JSON.',
  });

const parsed = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new FridayError('input', `${printable(file, 200)}: expected a notebook, got a file that is not JSON`, {
      next: 'Give the path of an .ipynb file.',
      cause,
    });
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'));

const KINDS: readonly unknown[] = ['code', 'markdown', 'raw'];

/** What is wrong with the parts of a cell that fbf itself uses; nbformat checks the rest. */
const wrongCell = (cell: unknown): string | undefined => {
  if (!isObject(cell)) return 'no object';
  if (!KINDS.includes(cell['cell_type']))
    return `the type ${JSON.stringify(cell['cell_type'])} (expected code, markdown or raw)`;
  if (!isText(cell['source'])) return 'no text as its source';
  const { metadata = {} } = cell;
  if (!isObject(metadata)) return 'metadata that is no object';
  const { tags = [] } = metadata;
  if (!Array.isArray(tags) || !isText(tags)) return 'tags that are no list of texts';
  return undefined;
};

/** A cell with the fields that nbformat requires but people leave out. */
const completed = (cell: NotebookCell): NotebookCell => ({
  ...cell,
  metadata: (cell as Partial<NotebookCell>).metadata ?? {},
  ...(cell.cell_type === 'code' ? { outputs: cell.outputs ?? [], execution_count: cell.execution_count ?? null } : {}),
});

/** Reads a notebook. Throws 'input', with what is wrong, for any other file. */
export const readNotebook = async (file: string): Promise<Notebook> => {
  const notebook = parsed(file, Buffer.from(await readBounded(file, A_NOTEBOOK)).toString('utf8'));
  if (!isObject(notebook) || notebook['nbformat'] !== 4 || !Array.isArray(notebook['cells']))
    throw new FridayError('input', `${printable(file, 200)}: expected a notebook of format 4`, {
      next: 'Give the path of an .ipynb file; an older one is converted by opening and saving it in JupyterLab.',
    });
  const cells: unknown[] = notebook['cells'];
  for (const [i, cell] of cells.entries()) {
    const wrong = wrongCell(cell);
    if (wrong !== undefined) throw invalidNotebook(file, `cell ${i + 1} with ${wrong}`);
  }
  const { metadata = {}, nbformat_minor: minor = 0 } = notebook;
  if (!isObject(metadata)) throw invalidNotebook(file, 'metadata that is no object');
  if (!Number.isInteger(minor)) throw invalidNotebook(file, 'an nbformat_minor that is no whole number');
  return {
    ...notebook,
    nbformat: 4,
    nbformat_minor: Number(minor),
    metadata,
    cells: (cells as NotebookCell[]).map(completed),
  };
};
