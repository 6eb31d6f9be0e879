import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jupyterFolder, notebook, python } from './jupyter.ts';

interface Output {
  readonly output_type: string;
  readonly text?: string | readonly string[];
  readonly data?: Record<string, unknown>;
  readonly ename?: string;
}

describe.skipIf(python === undefined)('with Jupyter (FBF_PYTHON or .venv)', () => {
  let jupyter: ReturnType<typeof jupyterFolder>;
  beforeAll(() => {
    jupyter = jupyterFolder();
  });
  afterAll(() => {
    jupyter.remove();
  });

  const outputs = (file: string): Output[][] =>
    (JSON.parse(readFileSync(join(jupyter.folder, file), 'utf8')) as { cells: { outputs: Output[] }[] }).cells.map(
      (cell) => cell.outputs,
    );

  test('jupyter_kernel_test passes completely, with nothing skipped', () => {
    const { stderr, status } = jupyter.run([join(import.meta.dirname, 'python', 'conformance.py')]);
    expect(stderr).toMatch(/Ran 13 tests/);
    expect(stderr).not.toMatch(/skipped|FAIL|ERROR/);
    expect(status).toBe(0);
  });

  test('nbclient runs a notebook, keeps its outputs, and stops at an error', () => {
    const cells = ['const a: number = 1;', 'console.log("x"); a + 1', 'throw new TypeError("no")', '"never"'];
    writeFileSync(join(jupyter.folder, 'in.ipynb'), notebook(cells));
    const code = `
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
book = nbformat.read("in.ipynb", as_version=4)
try:
    NotebookClient(book, timeout=60).execute()
except CellExecutionError as error:
    print("stopped by", error.ename)
nbformat.write(book, "out.ipynb")`;
    const { stdout, stderr } = jupyter.run(['-c', code]);
    expect(stdout, stderr).toContain('stopped by TypeError');
    const shown = outputs('out.ipynb');
    expect(shown.map((cell) => cell.map(({ output_type: type }) => type))).toEqual([
      [],
      ['stream', 'execute_result'],
      ['error'],
      [],
    ]);
    expect(shown[1]?.[1]?.data).toEqual({ 'text/plain': ['2'] });
  });

  test('papermill runs a notebook without parameters', () => {
    writeFileSync(join(jupyter.folder, 'paper.ipynb'), notebook(['const b = [1, 2];', 'b.length']));
    const { status, stderr } = jupyter.run(['-m', 'papermill', '--no-progress-bar', 'paper.ipynb', 'paper-out.ipynb']);
    expect(status, stderr).toBe(0);
    expect(outputs('paper-out.ipynb')[1]?.[0]?.data).toEqual({ 'text/plain': ['2'] });
  });

  test('jupyter console runs cells, and asks whether they are complete', () => {
    // The console waits 1 s for the reply whether a cell is complete, then takes its own guess: too short on a busy machine.
    const patient = '--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=120';
    const args = ['-m', 'jupyter_console', '--kernel', 'fast-by-friday', '--simple-prompt', patient];
    const { stdout, stderr } = jupyter.run(args, 'const word = "fri" + "day";\nword.toUpperCase()\nexit\n');
    expect(stdout, stderr).toContain("'FRIDAY'");
  });

  test('the command installs a kernelspec that Jupyter lists', () => {
    const cli = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
    const code = `import subprocess, sys; subprocess.run(sys.argv[1:], check=True)`;
    const target = join(jupyter.folder, 'prefix');
    jupyter.run(['-c', code, process.execPath, cli, 'kernel', 'install', '--prefix', target]);
    const spec = JSON.parse(
      readFileSync(join(target, 'share/jupyter/kernels/fast-by-friday/kernel.json'), 'utf8'),
    ) as object;
    expect(spec).toMatchObject({
      display_name: 'TypeScript (Fast by Friday)',
      language: 'typescript',
      interrupt_mode: 'message',
    });
  });
});
