import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FridayError } from '../../lib/errors.ts';
import { packageRoot } from '../../lib/paths.ts';
import { type Notebook, parameter, withParameters } from '../parameters.ts';
import type { Command } from '../command.ts';

interface Line {
  readonly cell?: number;
  readonly status?: string;
  readonly done?: boolean;
  readonly failure?: string | null;
  readonly errors?: readonly string[];
}

const read = async (file: string): Promise<Notebook> => {
  try {
    const notebook = JSON.parse(await readFile(file, 'utf8')) as Partial<Notebook>;
    if (notebook.nbformat === 4 && Array.isArray(notebook.cells)) return notebook as Notebook;
  } catch (cause) {
    throw new FridayError('input', `${file}: cannot be read as a notebook`, {
      next: 'Give the path of an .ipynb file.',
      cause,
    });
  }
  throw new FridayError('input', `${file}: expected a notebook of format 4`, {
    next: 'Open and save it in JupyterLab once.',
  });
};

const python = (): string => {
  const own = process.env['FBF_PYTHON'] ?? join(packageRoot, '.venv', 'bin', 'python');
  if (existsSync(own)) return own;
  throw new FridayError('missing', `fbf run: no Python with nbclient at ${own}`, {
    next: 'Run npm start once: it sets it up.',
  });
};

/** Lets nbclient run it; what the cells say stays in the notebook, progress goes to standard error. */
const execute = async (job: object, onCell: (line: Line) => void): Promise<Line> => {
  const child = spawn(python(), [join(packageRoot, 'src', 'cli', 'notebook.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(job));
  let last: Line = {};
  for await (const text of createInterface({ input: child.stdout })) {
    last = JSON.parse(text) as Line;
    if (last.cell !== undefined) onCell(last);
  }
  if (last.done === true) return last;
  throw new FridayError('internal', 'fbf run: nbclient ended before the notebook did', {
    next: 'See what it printed above.',
  });
};

const values = (host: string | undefined, params: readonly string[]): Map<string, unknown> =>
  new Map([...(host === undefined ? [] : ([['url', host]] as const)), ...params.map(parameter)]);

const run = async (args: readonly string[]): Promise<number> => {
  const { values: given, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      host: { type: 'string' },
      param: { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: '.' },
      kernel: { type: 'string', default: 'fast-by-friday' },
      timeout: { type: 'string', default: '1800' },
    },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) {
    throw new FridayError('usage', 'fbf run: expected one notebook', { next: command.usage });
  }
  const notebook = withParameters(await read(file), values(given.host, given.param));
  const title = basename(file, '.ipynb');
  await mkdir(given.out, { recursive: true });
  const ipynb = join(resolve(given.out), `${title}.ipynb`);
  const html = join(resolve(given.out), `${title}.html`);
  const job = {
    notebook,
    title,
    cwd: dirname(resolve(file)),
    kernel: given.kernel,
    ipynb,
    html,
    timeout: Number(given.timeout),
  };
  const { failure, errors = [] } = await execute(job, ({ cell, status }) => {
    process.stderr.write(`cell ${String(cell)} of ${String(notebook.cells.length)}: ${String(status)}\n`);
  });
  process.stdout.write(`${ipynb}\n${html}\n`);
  const wrong = [...(failure ? [failure] : []), ...errors];
  for (const error of wrong) process.stderr.write(`fbf run: ${error}\n`);
  return wrong.length === 0 ? 0 : 1;
};

/** Runs a notebook against a host and writes it executed, and as one self-contained page. */
export const command: Command = {
  summary: 'run a notebook against a host; write the executed .ipynb and an .html that needs no network',
  usage: `fbf run NOTEBOOK [--host URL] [--param NAME=VALUE]... [--out DIR] [--timeout SECONDS]

URL: local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR. It becomes the parameter \`url\`.
NAME is a variable that the cell tagged "parameters" declares with let. Exit status 1 when a cell failed.`,
  run,
};
