import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Imports that must be refused: the rule that refuses it, and a small tree of files. */
const refused: readonly (readonly [what: string, rule: string, files: Readonly<Record<string, string>>])[] = [
  [
    'a cycle through an import',
    'import cycle',
    { 'src/a/one.ts': "import './two.ts';", 'src/a/two.ts': "import './one.ts';" },
  ],
  [
    'a cycle through `import type` alone',
    'import cycle',
    {
      'src/b/one.ts': "import type { Two } from './two.ts';\nexport interface One { two: Two }",
      'src/b/two.ts': "import type { One } from './one.ts';\nexport interface Two { one: One }",
    },
  ],
  [
    'a cycle through import()',
    'import cycle',
    {
      'src/c/one.ts': "export const one = () => import('./two.ts');",
      'src/c/two.ts': "import { one } from './one.ts';\nexport const two = one;",
    },
  ],
  [
    'a cycle through a type written as import()',
    'import cycle',
    {
      'src/d/one.ts': "export type One = import('./two.ts').Two;",
      'src/d/two.ts': "import type { One } from './one.ts';\nexport interface Two { one: One }",
    },
  ],
  [
    'a question that imports a transport',
    'what questions imports',
    { 'src/lib/questions/x.ts': "import '../transport/ssh.ts';" },
  ],
  [
    'a source that imports the recorder',
    'what sources imports',
    { 'src/lib/sources/x.ts': "import '../../recorder/run.ts';" },
  ],
  ['a view that imports an Answer', 'what views imports', { 'src/lib/views/x.ts': "import '../answer/answer.ts';" }],
  [
    'a transport that imports a recording',
    'what transport imports',
    { 'src/lib/transport/x.ts': "import '../recording/open.ts';" },
  ],
  ['a method that starts a process', 'meaning is pure', { 'src/lib/methods/x.ts': "import 'node:child_process';" }],
  [
    'a question that imports a question',
    'leaves of src/lib/questions',
    { 'src/lib/questions/y.ts': "import './tcp.ts';" },
  ],
  [
    'a tool that imports another tool',
    'folders of src/lib/sources',
    { 'src/lib/sources/folded/x.ts': "import '../perf-data/rows.ts';" },
  ],
  [
    'a recorder that imports a question',
    'what the recorder imports',
    { 'src/recorder/x.ts': "import '../lib/questions/tcp.ts';" },
  ],
  [
    'a library that imports the kernel',
    'library and kernel',
    { 'src/lib/session/x.ts': "import '../../../kernel/src/pipe.ts';" },
  ],
  [
    'a kernel that imports the library',
    'kernel and library',
    { 'kernel/src/x.ts': "import '../../src/lib/answer/answer.ts';" },
  ],
  [
    'an extension that imports more than mime.ts',
    'what the extension imports',
    { 'extension/src/x.ts': "import '../../src/lib/errors.ts';" },
  ],
  ['a file that nothing imports', 'unused file', { 'src/lib/columns/x.ts': '' }],
];

/** Imports that are fine. */
const allowed = {
  'extension/src/renderers/page.ts': "import '../../../src/lib/mime.ts';",
  'kernel/src/front.ts': "import '../../src/lib/kernel.ts';",
  'src/lib/index.ts': "import './questions/list.ts';\nimport './session/connect.ts';",
  'src/lib/questions/list.ts': "import './tcp.ts';",
  'src/lib/questions/tcp.ts': "import '../sources/source.ts';\nimport './question.ts';",
  'src/lib/questions/question.ts': '',
  'src/lib/session/connect.ts': "import '../../recorder/run.ts';\nimport '../recording/open.ts';",
};

const others = [
  'src/lib/mime.ts',
  'src/lib/kernel.ts',
  'src/lib/errors.ts',
  'src/lib/sources/source.ts',
  'src/lib/sources/perf-data/rows.ts',
  'src/lib/transport/ssh.ts',
  'src/lib/recording/open.ts',
  'src/lib/answer/answer.ts',
  'src/recorder/run.ts',
  'kernel/src/pipe.ts',
];

let folder: string;
let said: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fbf-imports-'));
  const empty = Object.fromEntries(others.map((file) => [file, '']));
  const files = [empty, allowed, ...refused.map(([, , each]) => each)];
  for (const [file, text] of files.flatMap((each) => Object.entries(each))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const argv = [
    '--config',
    join(root, 'imports.config.js'),
    '--output-type',
    'err',
    'src',
    'kernel/src',
    'extension/src',
  ];
  const program = join(root, 'node_modules', '.bin', 'depcruise');
  said = spawnSync(program, argv, { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } }).stdout;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the check of imports', () => {
  test.each(refused)('refuses %s', (_, rule, files) => {
    const lines = said.split('\n').filter((line) => line.includes(`error ${rule}: `));
    expect(lines.filter((line) => Object.keys(files).some((file) => line.includes(file)))).not.toEqual([]);
  });

  test('lets the arrows of ARCHITECTURE.md pass', () => {
    const from = said.split('\n').map((line) => /^ *error [^:]*: (\S+) → /.exec(line)?.[1] ?? '');
    expect(from.filter((file) => file in allowed)).toEqual([]);
  });
});
