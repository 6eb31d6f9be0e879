import tseslint from 'typescript-eslint';

const code = ['src/**/*.ts', 'kernel/src/**/*.ts', 'extension/src/**/*.ts'];

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
  { files: ['src/lib/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/require-await': 'off' },
  },
);
