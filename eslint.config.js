import tseslint from 'typescript-eslint';

const code = ['src/**/*.ts', 'kernel/src/**/*.ts', 'extension/src/**/*.ts'];

/** Right of the recording nothing touches a host: these rooms import nothing that could. */
const pure = ['sources', 'questions', 'stacks', 'columns', 'answer', 'methods', 'views'];
const io = {
  patterns: [
    {
      regex: '(^|/)(transport|supervisor|recorder|recording|session)/',
      message: 'Meaning is pure: nothing right of the recording touches a host.',
    },
  ],
  paths: ['node:child_process', 'node:net', 'child_process', 'net'].map((name) => ({
    name,
    message: 'Meaning is pure: nothing right of the recording touches a host.',
  })),
};

/** A leaf reads alone: what two of them share has a name and a file of its own, named here. */
const leaves = (folder, shared, others = []) => {
  const lone = {
    regex: `^\\./(?!(${shared.join('|')})\\.ts$)`,
    message: 'Leaves do not import leaves: move what they share down one level and name it.',
  };
  return {
    files: [`src/lib/${folder}/*.ts`],
    ignores: [...shared, ...others].map((name) => `src/lib/${folder}/${name}.ts`),
    rules: { 'no-restricted-imports': ['error', { ...io, patterns: [...io.patterns, lone] }] },
  };
};

const mimeAlone = {
  regex: '/src/lib/(?!mime\\.ts$)|/kernel/src/',
  message: 'The extension imports src/lib/mime.ts and nothing else of the library.',
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      '.venv',
      '.setup',
      'node_modules',
      'extension/lib',
      'src/wasm',
      'fixtures/*',
      '!fixtures/make',
      'fixtures/make/shop',
      'notebooks',
      'test/**/data',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: code,
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 50, skipComments: true }],
    },
  },
  {
    // All that the extension knows of the library is what a saved notebook holds.
    files: ['extension/src/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [mimeAlone] }] },
  },
  { files: ['src/lib/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: pure.map((room) => `src/lib/${room}/**/*.ts`), rules: { 'no-restricted-imports': ['error', io] } },
  leaves('questions', ['question'], ['list', 'reading']),
  leaves('sources/proc', ['vmstat-columns']),
  leaves('sources/dev', ['none']),
  leaves('methods/sixty-seconds', ['step'], ['steps', 'method', 'findings', 'verdict']),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/require-await': 'off' },
  },
);
