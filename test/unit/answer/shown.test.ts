import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { answerFrom, tableOf } from '../../../src/lib/answer/answer.ts';
import { HOW, requests } from './given.ts';

type Display = () => Promise<Record<string, unknown>>;

const shown = (value: object): Promise<Record<string, unknown>> =>
  (value as Record<symbol, Display>)[Symbol.for('Jupyter.display')]!();

test('an answer as last expression shows its sentence, its table and its provenance', async () => {
  const bundle = await shown(answerFrom(tableOf(requests()), HOW, { say: 'Five requests, the slowest 500 ms.' }));
  expect(Object.keys(bundle)).toEqual(['application/vnd.fast-by-friday.table.v1+json', 'text/markdown', 'text/plain']);
  expect(bundle['text/plain']).toBe(
    [
      'Five requests, the slowest 500 ms.',
      '',
      '  t  latency  peer  tid',
      '0 s    10 ms  a       1',
      '1 s   200 ms  b       1',
      '2 s           a       2',
      '3 s    30 ms          2',
      '4 s   500 ms  b       1',
      'From ftrace on web1 for 60 s; 5 events. Cost: 0.2 s CPU, 6 MB memory.',
    ].join('\n'),
  );
});

test('an answer with its own figure shows that figure', async () => {
  const stacks = requests().derive({ stack: (d) => `main;${d.peer ?? 'nobody'}` });
  const answer = answerFrom(tableOf(stacks), HOW, { figure: 'flamegraph' });
  expect(Object.keys(await shown(answer))).toContain('application/vnd.fast-by-friday.flamegraph.v1+json');
});

test('console.log of an answer prints its table', () => {
  expect(inspect(requests())).toContain('1 s   200 ms  b       1');
});

test('the provenance of files of the host says what they are and what read them', async () => {
  const answer = requests({ tool: '/proc', reader: 'perl' });
  expect((await shown(answer))['text/plain']).toMatch(/^Read from \/proc by perl on web1 for 60 s; 5 events\./m);
  expect((await shown(answer.explain()))['text/plain']).toMatch(/^Answered by: perl reading \/proc$/m);
});

test('explain says what the traced tasks paid, and how that was scaled to the host', async () => {
  const overhead = { ...requests().how.overhead, added: 0.5 };
  const textOf = async (calibration: object) => (await shown(requests({ overhead: { ...overhead, ...calibration } }).explain()))['text/plain']; // prettier-ignore
  expect(await textOf({ calibration: 'calibrated: 2 times' })).toMatch(/^Overhead on the traced tasks: about 500 ms CPU \(an estimate, calibrated: 2 times\)$/m); // prettier-ignore
  expect(await textOf({})).toMatch(/^Overhead on the traced tasks: about 500 ms CPU \(an estimate\)$/m);
});

test('explain shows the whole provenance', async () => {
  const { 'text/plain': text, 'text/markdown': markdown } = await shown(requests().explain());
  for (const part of [
    'no bpftrace here',
    'requests that ended before',
    'cat trace_pipe',
    '/cases/1',
    'perf 6.1',
    '± 100 µs',
  ])
    expect(text).toContain(part);
  expect(markdown).toMatch(/^\| Cannot see \| requests that ended before \|$/m);
  expect(markdown).toMatch(/^\| Detail \| one row per event \|$/m);
  const { 'text/plain': totals } = await shown(requests({ grain: 'totals' }).explain());
  expect(totals).toContain('Detail: totals per interval (no quantiles)');
});

test('the file name decides whether rows are written as CSV, JSON or Arrow', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fbf-answer-'));
  for (const end of ['csv', 'json', 'arrow']) await requests().write(join(folder, `a.${end}`));
  expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe(
    't,latency,peer,tid\n0,0.01,a,1\n1,0.2,b,1\n2,,a,2\n3,0.03,,2\n4,0.5,b,1\n',
  );
  expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toContainEqual({
    t: 2,
    latency: null,
    peer: 'a',
    tid: 2,
  });
  expect(tableFromIPC(readFileSync(join(folder, 'a.arrow'))).numRows).toBe(5);
  await expect(requests().write(join(folder, 'not there', 'a.csv'))).rejects.toThrow(
    /cannot be written \(ENOENT\)\nCreate the folder first/,
  );
  await expect(
    requests()
      .show()
      .save(join(folder, 'not there', 'a.md')),
  ).rejects.toThrow(/cannot be written \(ENOENT\)/);
  await expect(requests().write(join(folder, 'a.xls'))).rejects.toThrow(
    /expected a name that ends in .arrow, .csv or .json/,
  );
});

test('hostile text in a table is shown as text: markup, links, escape sequences and bidi controls have no effect', async () => {
  const hostile =
    'a|b<script>alert(1)</script> [x](javascript:1) ![i](http://e.com/p.png) \u001b[31m\u202eevil\u0000 `code` www.evil.com';
  const bundle = await shown(
    requests()
      .derive({ peer: () => hostile })
      .show(),
  );
  expect(bundle).not.toHaveProperty('text/html');
  const markdown = bundle['text/markdown'] as string;
  expect(markdown).toContain('a\\|b&lt;script&gt;');
  expect(markdown).toContain('\\[x\\](javascript:1)');
  expect(markdown).toContain('http\\://e.com');
  expect(markdown).toContain('www\\.evil.com');
  expect(JSON.stringify(bundle)).not.toMatch(/\\u001b|\u202e|\\u0000/);
});

test('a million rows make a small output', async () => {
  const wide = answerFrom(
    {
      size: 1e6,
      docs: { n: { unit: 'count', doc: '' }, s: { unit: '', doc: '' } },
      data: {
        n: { kind: 'number', values: new Float64Array(1e6) },
        s: { kind: 'text', codes: new Uint8Array(1e6), names: ['x'.repeat(4096)] },
      },
    },
    HOW,
  );
  const bundle = await shown(wide);
  expect(JSON.stringify(bundle).length).toBeLessThan(1e6);
  expect(bundle['text/plain']).toContain('… and 999,980 more rows.');
});
