import { expect, test } from 'vitest';
import { type Notebook, parameter, withParameters } from '../../src/cli/parameters.ts';

const notebook = (): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { cell_type: 'markdown', metadata: {}, source: '# A case' },
    { cell_type: 'code', metadata: { tags: ['parameters'] }, source: "let url = 'local:';" },
    { cell_type: 'code', metadata: {}, source: 'url' },
  ],
});

test('a value that is valid JSON is parsed, any other is text', () => {
  expect(parameter('seconds=10')).toEqual(['seconds', 10]);
  expect(parameter('url=ssh://web1')).toEqual(['url', 'ssh://web1']);
  expect(parameter('url=["local:","ssh://b"]')).toEqual(['url', ['local:', 'ssh://b']]);
  expect(parameter('note=a=b')).toEqual(['note', 'a=b']);
});

test('an argument other than NAME=VALUE is refused with an example', () => {
  for (const text of ['seconds', '=10', 'process.exit()=1', 'a b=1'])
    expect(() => parameter(text)).toThrow(/NAME=VALUE/);
});

test('values are assigned after the cell tagged parameters, quoted safely', () => {
  const { cells } = withParameters(notebook(), new Map([['url', 'ssh://x"; process.exit(1); "']]));
  expect(cells).toHaveLength(4);
  expect(cells[2]?.source).toBe('{\n  url = "ssh://x\\"; process.exit(1); \\"";\n}');
});

test('a name that the cell does not declare is refused with a list of those it declares', () => {
  expect(() => withParameters(notebook(), new Map([['secnds', 5]]))).toThrow(/--param: .* got "secnds"\nIt has url\./);
  const hostless = {
    ...notebook(),
    cells: [{ cell_type: 'code', metadata: { tags: ['parameters'] }, source: 'let a = 1;' }],
  };
  expect(() => withParameters(hostless, new Map([['url', 'local:']]))).toThrow(/--host: /);
});

test('a second run replaces the assignments of the first', () => {
  const once = withParameters(notebook(), new Map([['url', 'a']]));
  const twice = withParameters(once, new Map([['url', 'b']]));
  expect(twice.cells).toHaveLength(4);
  expect(twice.cells[2]?.source).toBe('{\n  url = "b";\n}');
});

test('a notebook without such a cell refuses parameters and says how to add one', () => {
  const bare = { ...notebook(), cells: notebook().cells.slice(2) };
  expect(() => withParameters(bare, new Map([['url', 'a']]))).toThrow(/Cell Tags/);
  expect(withParameters(bare, new Map())).toBe(bare);
});
