import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { command as decode } from '../../../src/cli/commands/decode.ts';
import { command as flame } from '../../../src/cli/commands/flame.ts';
import { command as fold } from '../../../src/cli/commands/fold.ts';
import { command as look } from '../../../src/cli/commands/look.ts';
import { command as run } from '../../../src/cli/commands/run.ts';
import { failure } from '../../../src/cli/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'fbf-nasty-'));
const at = (name: string): string => join(folder, name);
const GB = 2 ** 30;

const FOLDED = 'main;work 3\nmain;idle 1\n';
const deep = (open: string, close: string): string => `${open.repeat(200_000)}${close.repeat(200_000)}`;
const utf16 = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

/** A notebook of one cell, with what is wrong in the cell or around it. */
const notebook = (wrong: object, around: object = {}): string => {
  const cell = { cell_type: 'code', id: 'a', source: '1', metadata: {}, outputs: [], execution_count: null, ...wrong };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell], ...around });
};

/** Files with their contents, by the name used in tests. */
const contents: Readonly<Record<string, string | Buffer>> = {
  empty: '',
  newline: '\n',
  spaces: ' '.repeat(100_000),
  zeros: Buffer.alloc(100_000),
  binary: Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256)),
  crlf: FOLDED.replaceAll('\n', '\r\n'),
  utf16: utf16(FOLDED),
  'cut-gzip': Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76]),
  'cut-zstd': Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 4]),
  magic: 'PERFILE2',
  'magic-and-zeros': Buffer.concat([Buffer.from('PERFILE2'), Buffer.alloc(4096)]),
  'magic-and-ones': Buffer.concat([Buffer.from('PERFILE2'), Buffer.alloc(4096, 0xff)]),
  'deep-array': deep('[', ']'),
  'deep-object': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  'deep-map': `{"type": "map", "data": ${'{"@":'.repeat(50_000)}1${'}'.repeat(50_000)}}\n`,
  'one-line': 'x'.repeat(10_000_000),
  readme: '# Notes\n\nA page of words, no profile.\n',
  json: '{"cells": 3}\n',
  csv: 'a,b,c\n1,2,3\n',
  html: '<!doctype html><html><body>404</body></html>\n',
  elf: Buffer.from('\u007fELF\u0002\u0001\u0001\0\0\0\0\0\0\0\0\0', 'latin1'),
  'nan-counts': 'main;work NaN\nmain;idle Infinity\n',
  negative: 'main;work -5\n',
  noncharacter: 'main;w\ufffeork\uffff 3\n',
  escapes: 'main;\u001b[2J\u202egnp 3\n',
  'old-notebook': '{"nbformat": 3, "worksheets": []}\n',
  'minor-of-text': notebook({}, { nbformat_minor: 'x' }),
  'metadata-of-number': notebook({}, { metadata: 3 }),
  'cells-of-number': notebook({}, { cells: [3] }),
  'cell-of-no-kind': notebook({ cell_type: 'sql' }),
  'source-of-number': notebook({ source: 3 }),
  'tags-of-object': notebook({ metadata: { tags: { parameters: 1 } } }),
  'bad-cell-id': notebook({ id: 'a b' }),
  'bad-outputs': notebook({ outputs: [3] }),
  'bad-kernelspec': notebook({}, { metadata: { kernelspec: 3 } }),
  'utf16-notebook': utf16(notebook({})),
  'cut-notebook': notebook({}).slice(0, -9),
  'cells-of-null': '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [null]}\n',
};

const LONG = 'x'.repeat(300);

beforeAll(() => {
  for (const [name, content] of Object.entries(contents)) writeFileSync(at(name), content);
  mkdirSync(at('folder'));
  symlinkSync(at('loop'), at('loop'));
  symlinkSync(at('nowhere'), at('dangling'));
  for (const [name, size] of [
    ['sparse-600MB', 600 * 2 ** 20],
    ['sparse-4GB', 4 * GB],
  ] as const) {
    // prettier-ignore
    closeSync(openSync(at(name), 'w'));
    truncateSync(at(name), size);
  }
  execFileSync('mkfifo', [at('fifo')]);
  mkdirSync(at('recording'));
  writeFileSync(at('recording/manifest.json'), '{');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  const dropped = (_piece: unknown, done?: unknown): boolean => {
    if (typeof done === 'function') (done as () => void)();
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(dropped);
  vi.spyOn(process.stderr, 'write').mockImplementation(dropped);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const verbs = { decode, flame, fold, look, run };

interface Ended {
  readonly status: number;
  readonly said: string;
}

/** Runs a verb like `fbf`, without its output. An unexpected error fails the test with its stack trace. */
const ended = async (verb: keyof typeof verbs, args: readonly string[]): Promise<Ended> => {
  try {
    return { status: await verbs[verb].run(args), said: '' };
  } catch (error) {
    const known = failure(error, verb);
    if (known === undefined) throw error;
    return { status: known.kind === 'usage' ? 2 : 1, said: known.message };
  }
};

/**
 * The exit status is 0 if something was read, else 1 (bad input) or 2 (bad arguments), with a sentence and a next step.
 */
const holds = async (verb: keyof typeof verbs, args: readonly string[], statuses: readonly number[]): Promise<void> => {
  const writer = args.includes(at('fifo'))
    ? spawn('sh', ['-c', `printf 'no profile\n' > "${at('fifo')}"`], { stdio: 'ignore' })
    : undefined;
  const { status, said } = await ended(verb, args);
  writer?.kill();
  expect(statuses, said).toContain(status);
  if (status === 0) return;
  expect(said).toMatch(/^.+\n.+/);
  expect(said).not.toMatch(/\n\s+at |node:internal|\u001b|\u202e/);
};

const files = [
  ...Object.keys(contents),
  ...['folder', 'loop', 'dangling', 'missing', 'folder/missing', 'empty/inside', LONG, 'fifo'],
  ...['sparse-600MB', 'sparse-4GB', '/dev/zero', '/proc/self/mem'],
];

const readable = ['crlf', 'utf16', 'noncharacter', 'escapes', 'nan-counts', 'negative', 'csv'];
const path = (file: string): string => (file.startsWith('/') ? file : at(file));

describe('a malformed input gives a sentence and an exit status, never a stack trace', () => {
  for (const file of files) {
    const name = file.slice(0, 20);
    it(`decode proc.meminfo ${name}`, () => holds('decode', ['proc.meminfo', path(file)], [1]));
    const statuses = readable.includes(file) ? [0, 1] : [1];
    it(`fold ${name}`, () => holds('fold', [path(file), '-o', at('out')], statuses));
    it(`flame ${name}`, () => holds('flame', [path(file), '-o', at('out.svg')], statuses));
    it(`run ${name}`, () => holds('run', [path(file), '--out', at('out-of-run')], [1]));
  }

  for (const url of [
    ...['', ' ', '-oProxyCommand=x', 'local::', 'local:x', 'ssh://', 'ssh://:22', 'ssh://a:b@c', 'ssh://h:99999'],
    ...['http://h', 'ssh://$(id)', 'a;b', 'a b', 'ssh://[::1', 'ssh://%zz', 'h\u001b[2J', '\u202eh', LONG, '../..'],
    ...[
      '/etc/passwd',
      'recording:',
      'recording:missing',
      `recording:${LONG}`,
      'recording:/dev/null',
      'recording:/proc',
    ],
    ...['empty', 'folder', 'recording', 'loop', 'dangling', 'fifo', 'binary'].map((name) => `recording:${at(name)}`),
  ])
    it(`look ${JSON.stringify(url.replace(folder, '')).slice(0, 40)}`, () =>
      holds('look', [url, '--seconds', '1'], [1, 2]));

  it('decode, fold and flame write to a full disk', async () => {
    writeFileSync(at('good.folded'), FOLDED);
    symlinkSync('/dev/full', at('full.svg'));
    await holds('fold', [at('good.folded'), '-o', '/dev/full'], [1]);
    await holds('flame', [at('good.folded'), '-o', at('full.svg')], [1]);
  });

  it('draws names with characters that XML forbids as SVG and PNG', async () => {
    for (const end of ['svg', 'png']) {
      expect(await ended('flame', [at('noncharacter'), '-o', at(`drawn.${end}`)])).toEqual({ status: 0, said: '' });
      expect(readFileSync(at(`drawn.${end}`)).length).toBeGreaterThan(1000);
    }
    expect(readFileSync(at('drawn.svg'), 'utf8')).not.toMatch(/[\ufffe\uffff]/);
  });
});
