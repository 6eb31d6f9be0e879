import tseslint from 'typescript-eslint';

const code = ['src/**/*.ts', 'kernel/src/**/*.ts', 'extension/src/**/*.ts'];

/** Code that only computes from a recording must not reach a host: these folders may not import I/O. */
const pure = ['bytes', 'sources', 'questions', 'stacks', 'columns', 'answer', 'methods', 'views'];
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

/** Leaves import no leaves: code that two of them share is in a separate file, listed here. */
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
    // The extension knows only the payloads that a saved notebook contains.
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
