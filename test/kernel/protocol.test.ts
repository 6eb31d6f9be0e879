import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type Started, startKernel } from './client.ts';

let kernel: Started;
beforeAll(async () => {
  kernel = await startKernel({ env: { FBF_KERNEL_CHECK: '0' } });
});
afterAll(() => kernel.stop());

describe('kernel_info', () => {
  test('names the protocol, the language and its features', async () => {
    const info = await kernel.client.request('shell', 'kernel_info_request');
    expect(info).toMatchObject({
      status: 'ok',
      protocol_version: '5.5',
      implementation: 'fast-by-friday',
      language_info: { name: 'typescript', file_extension: '.ts', mimetype: 'text/typescript' },
      supported_features: ['kernel subshells'],
      debugger: false,
    });
  });

  test('is answered on the control channel, too', async () => {
    expect((await kernel.client.request('control', 'kernel_info_request'))['status']).toBe('ok');
  });
});

describe('execute', () => {
  test('sends busy, input, output, result and idle in this order', async () => {
    const cell = await kernel.client.run('console.log("a"); 6 * 7');
    expect(cell.outputs.map(({ type, content }) => (content['execution_state'] as string | undefined) ?? type)).toEqual(
      ['busy', 'execute_input', 'stream', 'execute_result', 'idle'],
    );
    expect(cell.result).toBe('42');
    expect(cell.reply).toMatchObject({ status: 'ok', user_expressions: {}, payload: [] });
  });

  test('counts only cells that are stored in the history', async () => {
    const { client } = kernel;
    const before = (await client.run('1')).reply['execution_count'] as number;
    expect((await client.run('1', { store_history: false })).reply['execution_count']).toBe(before);
    expect((await client.run('1', { silent: true })).reply['execution_count']).toBe(before);
    expect((await client.run('1')).reply['execution_count']).toBe(before + 1);
  });

  test('runs a silent cell without output', async () => {
    const cell = await kernel.client.run('globalThis.quiet = 1; console.log("x"); 5', { silent: true });
    expect(cell.outputs.map(({ type }) => type)).toEqual(['status', 'status']);
    expect((await kernel.client.run('globalThis.quiet')).result).toBe('1');
  });

  test('evaluates user_expressions, each with its own failure', async () => {
    const cell = await kernel.client.run('const base = 20;', {
      user_expressions: { sum: 'base + 1', bad: 'nothing.here' },
    });
    const { sum, bad } = cell.reply['user_expressions'] as Record<string, Json>;
    expect(sum).toMatchObject({ status: 'ok', data: { 'text/plain': '21' } });
    expect(bad).toMatchObject({ status: 'error', ename: 'ReferenceError' });
  });

  test('aborts queued cells after a failure, unless told not to', async () => {
    const { client } = kernel;
    const failing = client.execute('throw new Error("first")');
    const behind = client.execute('1 + 1');
    expect((await client.finished(failing)).reply['status']).toBe('error');
    expect((await client.finished(behind)).reply).toMatchObject({ status: 'aborted' });
    const tolerant = client.execute('throw new Error("first")', { stop_on_error: false });
    const after = client.execute('1 + 1');
    expect((await client.finished(tolerant)).reply['status']).toBe('error');
    expect((await client.finished(after)).result).toBe('2');
  });

  test('answers a request whose code is not text', async () => {
    const { client } = kernel;
    const id = client.send('shell', 'execute_request', { code: 7 });
    expect((await client.finished(id)).reply['status']).toBe('ok');
  });
});

describe('results', () => {
  test.each([
    ['undefined', undefined],
    ['null', 'null'],
    ['"text"', "'text'"],
    ['new Map([[1, 2]])', 'Map(1) { 1 => 2 }'],
    ['({ get bad() { throw new Error("no"); } })', '{ bad: [Getter] }'],
    ['Promise.resolve(4)', 'Promise { 4 }'],
    ['await Promise.resolve(4)', '4'],
  ])('%s shows %s', async (code, shown) => {
    expect((await kernel.client.run(code)).result).toBe(shown);
  });

  test('an object with a display method decides how it is shown', async () => {
    const code =
      '({ [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>x</b>", "image/png": new Uint8Array([1, 2]) }) })';
    const { outputs } = await kernel.client.run(code);
    const shown = outputs.find(({ type }) => type === 'execute_result');
    expect(shown?.content['data']).toEqual({ 'text/html': '<b>x</b>', 'image/png': 'AQI=' });
  });

  test('a failure of a display method is an error of the cell', async () => {
    const cell = await kernel.client.run(
      '({ [Symbol.for("Jupyter.display")]() { throw new RangeError("no picture"); } })',
    );
    expect(cell.reply).toMatchObject({ status: 'error', ename: 'RangeError', evalue: 'no picture' });
  });

  test('a display is updated by its id', async () => {
    const code =
      'jupyter.display({ "text/plain": "1" }, { id: "d", metadata: { m: 1 } }); jupyter.update("d", { "text/plain": "2" });';
    const shown = (await kernel.client.run(code)).outputs.filter(({ type }) => type.endsWith('display_data'));
    expect(
      shown.map(({ type, content }): unknown[] => [type, content['transient'], content['metadata'], content['data']]),
    ).toEqual([
      ['display_data', { display_id: 'd' }, { m: 1 }, { 'text/plain': '1' }],
      ['update_display_data', { display_id: 'd' }, {}, { 'text/plain': '2' }],
    ]);
  });

  test('output is cleared at once, or with the next output', async () => {
    const { outputs } = await kernel.client.run('console.log("a"); jupyter.clear(); jupyter.clear({ wait: true });');
    expect(outputs.filter(({ type }) => type === 'clear_output').map(({ content }) => content)).toEqual([
      { wait: false },
      { wait: true },
    ]);
  });

  test("the tslab package's display functions work in this kernel", async () => {
    const code =
      'import * as tslab from "tslab"; tslab.display.html("<i>x</i>"); const d = tslab.newDisplay(); d.text("1"); d.text("2");';
    const local = await startKernel({ cwd: process.cwd(), env: { FBF_KERNEL_CHECK: '0' } });
    const shown = (await local.client.run(code)).outputs.filter(({ type }) => type.endsWith('display_data'));
    await local.stop();
    expect(shown.map(({ type, content }): unknown[] => [type, content['data']])).toEqual([
      ['display_data', { 'text/html': '<i>x</i>' }],
      ['display_data', { 'text/plain': '1' }],
      ['update_display_data', { 'text/plain': '2' }],
    ]);
  });
});

describe('errors', () => {
  test('have a name, a message and the lines of the cell, without frames of the kernel', async () => {
    const cell = await kernel.client.run(
      'const inner = (n: number): number => {\n  throw new TypeError("bad " + n);\n};\n\ninner(3)',
    );
    const count = cell.reply['execution_count'] as number;
    expect(cell.reply).toMatchObject({ status: 'error', ename: 'TypeError', evalue: 'bad 3' });
    expect(cell.error).toMatchObject({ ename: 'TypeError', evalue: 'bad 3' });
    const trace = (cell.error!['traceback'] as string[]).join('\n');
    expect(trace).toContain(`(In[${count}]:2:9)`);
    expect(trace).toContain(`at In[${count}]:5:`);
    expect(trace).not.toMatch(/node:vm|kernel\/src|evaluate/);
  });

  test('thrown values that are not Errors are shown', async () => {
    expect((await kernel.client.run('throw { a: 1 }')).error).toMatchObject({ ename: 'Thrown', evalue: '{ a: 1 }' });
  });

  test('a cell that does not compile gives line and column', async () => {
    const { error } = await kernel.client.run('const x = 1;\nconst = 2;');
    expect(error?.['ename']).toBe('SyntaxError');
    expect(error?.['evalue']).toMatch(/In\[\d+\]:2:7/);
  });

  test('an exception in a timer appears under its own cell, and the process survives', async () => {
    const { client } = kernel;
    const first = await client.run('setTimeout(() => { throw new Error("late timer"); }, 30); void 0');
    await client.run('1');
    const late = await client.wait(({ type, content }) => type === 'error' && content['evalue'] === 'late timer');
    expect(late.parent).toBe(first.id);
    expect((await client.run('2')).result).toBe('2');
  });

  test('an unhandled rejection appears under its own cell', async () => {
    const { client } = kernel;
    const first = await client.run(
      'void (async () => { await new Promise((r) => setTimeout(r, 20)); throw new Error("late rejection"); })(); void 0',
    );
    await client.run('1');
    const late = await client.wait(({ type, content }) => type === 'error' && content['evalue'] === 'late rejection');
    expect(late.parent).toBe(first.id);
  });
});

describe('output', () => {
  test('printed after its cell has ended belongs to that cell', async () => {
    const { client } = kernel;
    const first = await client.run('setTimeout(() => console.log("from the first"), 30); void 0');
    await client.run('console.log("from the second")');
    const late = await client.wait(({ type, content }) => type === 'stream' && content['text'] === 'from the first\n');
    expect(late.parent).toBe(first.id);
  });

  test('of child processes keeps its order', async () => {
    const code = `import { execSync, spawn } from 'node:child_process';
console.log('1');
execSync('echo 2', { stdio: 'inherit' });
console.log('3');
await new Promise((done) => spawn('echo', ['4'], { stdio: 'inherit' }).on('exit', done));
console.log('5');`;
    for (let i = 0; i < 5; i++) expect((await kernel.client.run(code)).text('stdout')).toBe('1\n2\n3\n4\n5\n');
  });

  test('written to file descriptors 1 and 2 is captured', async () => {
    const cell = await kernel.client.run(
      "import { writeSync } from 'node:fs'; writeSync(1, 'to one\\n'); writeSync(2, 'to two\\n');",
    );
    expect([cell.text('stdout'), cell.text('stderr')]).toEqual(['to one\n', 'to two\n']);
  });

  test('survives characters that are split between writes', async () => {
    const code =
      "import { writeSync } from 'node:fs'; const b = Buffer.from('äöü€😀'); for (const x of b) writeSync(1, Buffer.of(x));";
    expect((await kernel.client.run(code)).text('stdout')).toBe('äöü€😀');
  });
});

describe('stdin', () => {
  const answer = async (id: string, value: string): Promise<Json> => {
    const { client } = kernel;
    const asked = await client.wait(({ type, parent }) => type === 'input_request' && parent === id);
    client.send('stdin', 'input_reply', { value });
    return asked.content;
  };

  test('asks for input', async () => {
    const id = kernel.client.execute('await jupyter.prompt("name? ")', { allow_stdin: true });
    expect(await answer(id, 'Ada')).toEqual({ prompt: 'name? ', password: false });
    expect((await kernel.client.finished(id)).result).toBe("'Ada'");
  });

  test('asks for a password through the contract with the library', async () => {
    const code = '(await globalThis[Symbol.for("fast-by-friday.kernel")].prompt("pass: ", { password: true })).length';
    const id = kernel.client.execute(code, { allow_stdin: true });
    expect(await answer(id, 'secret')).toEqual({ prompt: 'pass: ', password: true });
    expect((await kernel.client.finished(id)).result).toBe('6');
  });

  test('fails at once if the client has no stdin', async () => {
    const cell = await kernel.client.run('await jupyter.prompt("name? ")', {}, 2000);
    expect(cell.reply).toMatchObject({ status: 'error', ename: 'FridayError' });
  });

  test('stops waiting when the cell is stopped', async () => {
    const { client } = kernel;
    const id = client.execute('await jupyter.prompt("name? ")', { allow_stdin: true });
    await client.wait(({ type, parent }) => type === 'input_request' && parent === id);
    await client.request('control', 'interrupt_request');
    expect((await client.finished(id)).reply['status']).toBe('error');
    expect((await client.run('3')).result).toBe('3');
  });
});

describe('history', () => {
  test('returns the last entries, a range, and entries that match', async () => {
    const { client } = kernel;
    const first = (await client.run('"needle one"')).reply['execution_count'] as number;
    await client.run('"needle two"');
    await client.run('"needle one"');
    const ask = async (content: Json) =>
      (await client.request('shell', 'history_request', { raw: true, output: false, ...content }))['history'] as [
        number,
        number,
        unknown,
      ][];
    expect((await ask({ hist_access_type: 'tail', n: 2 })).map((row) => row[2])).toEqual([
      '"needle two"',
      '"needle one"',
    ]);
    expect(await ask({ hist_access_type: 'range', session: 0, start: first, stop: first + 1 })).toEqual([
      [1, first, '"needle one"'],
    ]);
    const found = await ask({ hist_access_type: 'search', pattern: '*needle*', unique: true });
    expect(found.map((row) => row[2])).toEqual(['"needle two"', '"needle one"']);
    expect((await ask({ hist_access_type: 'tail', n: 1, output: true }))[0]?.[2]).toEqual([
      '"needle one"',
      "'needle one'",
    ]);
  });
});

describe('comms', () => {
  test('are opened by the front end, receive messages, and are listed until closed', async () => {
    const { client } = kernel;
    await client.run(
      'jupyter.onComm("echo", (comm, data) => { comm.send({ opened: data }); comm.onMessage((d, b) => comm.send({ got: d }, { buffers: b })); })',
    );
    client.send('shell', 'comm_open', { comm_id: 'c1', target_name: 'echo', data: { a: 1 } });
    expect((await client.wait(({ type }) => type === 'comm_msg')).content).toEqual({
      comm_id: 'c1',
      data: { opened: { a: 1 } },
    });
    client.send('shell', 'comm_msg', { comm_id: 'c1', data: 5 }, { buffers: [Buffer.from('raw')] });
    const echoed = await client.wait(
      ({ type, content }) => type === 'comm_msg' && (content['data'] as Json)['got'] === 5,
    );
    expect(echoed.buffers.map(String)).toEqual(['raw']);
    expect((await client.request('shell', 'comm_info_request', { target_name: 'echo' }))['comms']).toEqual({
      c1: { target_name: 'echo' },
    });
    client.send('shell', 'comm_close', { comm_id: 'c1', data: {} });
    await client.run('1');
    expect((await client.request('shell', 'comm_info_request', {}))['comms']).toEqual({});
  });

  test('of an unknown target are refused', async () => {
    const { client } = kernel;
    client.send('shell', 'comm_open', { comm_id: 'c2', target_name: 'nobody', data: {} });
    expect((await client.wait(({ type }) => type === 'comm_close')).content['comm_id']).toBe('c2');
  });

  test('are opened by a cell', async () => {
    const cell = await kernel.client.run('jupyter.comm("panel", { x: 1 }).send({ y: 2 })');
    expect(
      cell.outputs
        .filter(({ type }) => type.startsWith('comm'))
        .map(({ type, content }): unknown[] => [type, content['data']]),
    ).toEqual([
      ['comm_open', { x: 1 }],
      ['comm_msg', { y: 2 }],
    ]);
  });
});

describe('subshells', () => {
  test('run while another cell awaits, and are listed until deleted', async () => {
    const { client } = kernel;
    const { subshell_id: id } = await client.request('control', 'create_subshell_request');
    expect((await client.request('control', 'list_subshell_request'))['subshell_id']).toEqual([id]);
    const waiting = client.execute('await new Promise((resolve) => { globalThis.wake = resolve; }); "woken"');
    await client.wait(({ type, parent }) => type === 'execute_input' && parent === waiting);
    const other = client.send(
      'shell',
      'execute_request',
      { code: 'wake(); 1' },
      { head: { subshell_id: id as string } },
    );
    expect((await client.finished(other)).result).toBe('1');
    expect((await client.finished(waiting)).result).toBe("'woken'");
    expect((await client.request('control', 'delete_subshell_request', { subshell_id: id as string }))['status']).toBe(
      'ok',
    );
    expect((await client.request('control', 'delete_subshell_request', { subshell_id: id as string }))['status']).toBe(
      'error',
    );
  });
});

describe('the pager', () => {
  test('is opened by a cell and by ?name', async () => {
    const paged = await kernel.client.run('jupyter.page("long text")');
    expect(paged.reply['payload']).toEqual([{ source: 'page', data: { 'text/plain': 'long text' }, start: 0 }]);
  });
});
