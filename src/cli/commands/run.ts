import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { FridayError } from '../../lib/errors.ts';
import { packageRoot } from '../../lib/paths.ts';
import { printable } from '../../lib/printable.ts';
import { rendererScript } from '../../lib/views/flamegraph-script.ts';
import { parsed, secondsOption } from '../arguments.ts';
import { invalidNotebook, readNotebook } from '../notebook-file.ts';
import { type Notebook, parameter, withParameters } from '../parameters.ts';
import type { Command } from '../command.ts';

interface Job {
  readonly notebook: Notebook;
  readonly title: string;
  /** The working directory of cells: the notebook's folder. */
  readonly cwd: string;
  readonly kernel: string;
  readonly ipynb: string;
  readonly html: string;
  readonly recordings: string;
  /** The script that draws the figures of the page. */
  readonly script: string;
  /** Time limit of one cell in seconds. */
  readonly timeout: number;
}

interface Line {
  readonly cell?: number;
  readonly status?: string;
  readonly done?: boolean;
  /** What is wrong with the notebook's format; no cell was run then. */
  readonly invalid?: string;
  readonly failure?: string | null;
  readonly errors?: readonly string[];
}

const venv = join(packageRoot, '.venv');
const setUp = `Set this clone up: cd '${packageRoot}' && npm start -- --no-open`;

const python = (): string => {
  const own = process.env['FBF_PYTHON'] ?? join(venv, 'bin', 'python');
  if (existsSync(own)) return own;
  throw new FridayError('missing', `fbf run: no Python with nbclient at ${own}`, { next: setUp });
};

/** Rejects the kernel of another clone, which a copied .venv still points to. */
const checkKernel = (): void => {
  const file = join(venv, 'share', 'jupyter', 'kernels', 'fast-by-friday', 'kernel.json');
  if (!existsSync(file)) return;
  const { argv = [] } = JSON.parse(readFileSync(file, 'utf8')) as { argv?: readonly string[] };
  if (argv.some((word) => word.startsWith(join(packageRoot, '/')))) return;
  throw new FridayError(
    'missing',
    `fbf run: the kernel in ${venv} belongs to another clone (${argv[1] ?? 'unknown'})`,
    {
      next: setUp,
    },
  );
};

/** Runs the notebook through nbclient; cell output stays in the notebook, progress goes to standard error. */
const execute = async (job: Job, onCell: (line: Line) => void): Promise<Line> => {
  const { FBF_RECORDINGS: recordings = job.recordings } = process.env;
  const child = spawn(python(), [join(packageRoot, 'src', 'cli', 'notebook.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, FBF_RECORDINGS: recordings },
  });
  child.on('error', () => undefined); // reported below, since no line says done
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(job)}\n`); // stays open, so that the child ends when this process does
  let last: Line = {};
  for await (const text of createInterface({ input: child.stdout })) {
    last = JSON.parse(text) as Line;
    if (last.cell !== undefined) onCell(last);
  }
  child.stdin.end();
  if (last.done === true || last.invalid !== undefined) return last;
  throw new FridayError('internal', 'fbf run: nbclient ended before the notebook did', {
    next: 'Read its output above. If Python was upgraded since set-up, set up again: npm start -- --no-open',
  });
};

const values = (host: string | undefined, params: readonly string[]): Map<string, unknown> =>
  new Map([...(host === undefined ? [] : ([['url', host]] as const)), ...params.map(parameter)]);

const run = async (args: readonly string[]): Promise<number> => {
  const { values: given, positionals } = parsed(args, {
    host: { type: 'string' },
    param: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: '.' },
    kernel: { type: 'string', default: 'fast-by-friday' },
    timeout: { type: 'string', default: '1800' },
  });
  const [file, ...rest] = positionals;
  const timeout = secondsOption('run', 'timeout', given.timeout);
  if (file === undefined || rest.length > 0) {
    throw new FridayError('usage', `fbf run: expected one notebook, got ${positionals.length}`, {
      next: command.usage,
    });
  }
  const notebook = withParameters(await readNotebook(file), values(given.host, given.param));
  checkKernel();
  const out = resolve(given.out);
  await mkdir(out, { recursive: true });
  const title = basename(file, '.ipynb');
  const [ipynb, html] = [join(out, `${title}.ipynb`), join(out, `${title}.html`)];
  const paths = { ipynb, html, recordings: join(out, 'recordings'), cwd: dirname(resolve(file)) };
  const {
    failure,
    errors = [],
    invalid,
  } = await execute(
    { notebook, title, kernel: given.kernel, timeout, script: await rendererScript('page'), ...paths },
    ({ cell, status }) => {
      process.stderr.write(`cell ${String(Number(cell) + 1)} of ${notebook.cells.length}: ${String(status)}\n`);
    },
  );
  if (invalid !== undefined) throw invalidNotebook(file, invalid);
  process.stdout.write(`${ipynb}\n${html}\n`);
  const wrong = [...(failure ? [failure] : []), ...errors];
  for (const error of wrong) process.stderr.write(`fbf run: ${printable(error.replaceAll('\n', ' '), 1000)}\n`);
  return wrong.length === 0 ? 0 : 1;
};

/** Runs a notebook against a host; writes it executed, and as one self-contained page. */
export const command: Command = {
  summary: 'run a notebook against a host; write the executed .ipynb and an .html that needs no network',
  usage: `fbf run NOTEBOOK [--host URL] [--param NAME=VALUE]... [--out DIR] [--timeout SECONDS]

Runs the cells in order and writes the executed notebook, and the same as one page (.html) that needs no network. The
first cell that fails ends the run: both files then end with its error, and the exit status is 1.

  --host URL          local:, ssh://[user@]host[:port], an alias of ~/.ssh/config, or recording:DIR: the parameter \`url\`
  --param NAME=VALUE  a variable that the cell tagged "parameters" declares with let; VALUE is JSON, or else text
  --out DIR           where both files and DIR/recordings go; default: this folder
  --timeout SECONDS   how long one cell may take; default 1800`,
  run,
};
