import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../../src/cli/failure.ts';
import { packageRoot } from '../../../src/lib/paths.ts';

const main = join(packageRoot, 'src', 'cli', 'main.ts');
/** Prints the peak memory of a command behind what it says. */
const peak = 'process.on("exit",()=>process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`))';
const node = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(peak)}`, main];
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'fbf-test-cache') };
const GUARD = 120_000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-streams-'));
  writeFileSync(join(folder, 'good.folded'), 'a;b 3\n');
  writeFileSync(join(folder, 'good.ipynb'), '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}\n');
  for (const name of ['secret.folded', 'secret.ipynb', 'secret.data']) {
    writeFileSync(join(folder, name), 'a;b 3\n');
    chmodSync(join(folder, name), 0);
  }
  mkdirSync(join(folder, 'locked'));
  chmodSync(join(folder, 'locked'), 0o500);
  execFileSync('mkfifo', [join(folder, 'fifo')]);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly said: string;
  readonly megabytes: number;
}

const ended = (argv: readonly string[]): Ended => {
  const [program = '', ...args] = argv;
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: folder, env, timeout: GUARD });
  return { status, said: stderr, megabytes: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024 };
};

/** A sentence, what to do, no stack, and not much memory. */
const refuses = ({ status, said, megabytes }: Ended, sentence: RegExp): void => {
  expect(status, said).toBe(1);
  expect(said).toMatch(/^fbf[: ].+\n.+/);
  expect(said).toMatch(sentence);
  expect(said).not.toMatch(/\n\s+at |node:|Traceback/);
  expect(megabytes).toBeLessThan(600);
};

describe('an input without an end', () => {
  const inputs = [
    ['empty lines', "yes ''"],
    ['comments', "yes '# nothing'"],
    ['words', 'yes nothing'],
    ['one line', "tr '\\0' x < /dev/zero"],
    ['zeros', 'cat /dev/zero'],
    ['random bytes', 'cat /dev/urandom'],
  ] as const;
  it.each(inputs.flatMap(([name, writer]) => ['fold', 'flame'].map((verb) => [verb, name, writer] as const)))(
    'of %s: %s says that it is no profile',
    (verb, _, writer) => {
      const line = `${writer} | "$@" ${verb} -`;
      refuses(
        ended(['sh', '-c', line, 'sh', ...node]),
        /standard input: expected perf\.data.*, got another kind of file/,
      );
    },
    GUARD,
  );

  it.each([
    ['fold', 'fifo'],
    ['flame', 'fifo', '-o', 'x.svg'],
  ])(
    'that goes silent after what is no profile: %s ends',
    (...args) => {
      const writer = spawn('sh', [
        '-c',
        `{ yes nothing | head -c 300000; exec sleep 300; } > "${join(folder, 'fifo')}"`,
      ]);
      try {
        refuses(ended([...node, ...args]), /fifo: expected perf\.data.*, got another kind of file/);
      } finally {
        writer.kill('SIGKILL');
      }
    },
    GUARD,
  );

  it(
    'is no notebook',
    () => {
      refuses(ended([...node, 'run', '/dev/zero']), /\/dev\/zero: expected at most 256 MB for a notebook, got more/);
    },
    GUARD,
  );

  it('that fills the memory of a reader is said to be too much', () => {
    const { RuntimeError } = (globalThis as unknown as { WebAssembly: { RuntimeError: new (say: string) => Error } })
      .WebAssembly;
    const said = failure(new RuntimeError('unreachable'), 'flame');
    expect(said?.message).toMatch(/^fbf flame: the content needs more than the 4 GB .+\nGive a smaller part/);
  });
});

/** Root reads everything: these tests drop what lets it. */
const dropped = [
  'setpriv',
  '--bounding-set=-dac_override,-dac_read_search',
  '--inh-caps=-dac_override,-dac_read_search',
];
const isRoot = process.getuid?.() === 0;
const canDrop = !isRoot || spawnSync('setpriv', [...dropped.slice(1), 'true']).status === 0;
const plain = isRoot ? dropped : [];

describe.skipIf(!canDrop)('a file without permission', () => {
  it.each([
    ['decode', 'proc.meminfo', 'secret.data'],
    ['decode', 'folded', 'secret.folded'],
    ['fold', 'secret.folded'],
    ['fold', 'secret.data'],
    ['flame', 'secret.folded', '-o', 'x.svg'],
    ['flame', 'good.folded', '--diff', 'secret.folded', '-o', 'x.svg'],
    ['run', 'secret.ipynb'],
  ])('is not read: fbf %s %s %s', (...args) => {
    refuses(ended([...plain, ...node, ...args]), /secret\.\w+: permission denied\nCheck its permissions: ls -l/);
  });

  it.each([
    ['fold', 'good.folded', '-o', 'locked/out.folded'],
    ['flame', 'good.folded', '-o', 'locked/out.svg'],
    ['run', 'good.ipynb', '--out', 'locked/out'],
  ])('is not written: fbf %s %s', (...args) => {
    refuses(ended([...plain, ...node, ...args]), /locked\/out[.\w]*: permission denied\nCheck its permissions: ls -l/);
    expect(existsSync(join(folder, 'locked', 'out'))).toBe(false);
  });
});

describe('a folder', () => {
  it.each(['fold', 'flame', 'run', 'decode'])('is no file: fbf %s', (verb) => {
    const args = verb === 'decode' ? ['decode', 'folded', 'locked'] : [verb, 'locked'];
    refuses(ended([...node, ...args]), /locked: expected a file, got a folder\nName a file in it\./);
  });
});
