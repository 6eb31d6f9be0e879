import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { questions } from '../../../src/lib/questions/list.ts';
import { sources } from '../../../src/lib/sources/list.ts';
import { complaints, complaintsOfDeclarations, completionsAt, current, declarations, serviceFor } from './cells.ts';

vi.setConfig({ testTimeout: 60_000 });

const HEAD = `import { connect } from 'fast-by-friday';
const host = await connect('local:');
const { disk, cpu, load } = await host.ask({ disk: 'proc.diskstats', cpu: 'proc.stat', load: 'proc.loadavg' }, { seconds: '5s' });
`;

const GOOD = `${HEAD}
const busy = cpu.rate().derive({ work: d => d.user + d.system }, { work: { unit: '1' } });
const long = busy.windows(d => d.work > 0.9, { min: '500ms', merge: 1 });
disk.rate().during(long, '1s').groupby('device').rollup({ p99: g => g.quantile(0.99, 't').high, n: g => g.size }).orderby('p99', 'down').slice(10);
const joined = cpu.joinTime({ load }, { within: '2s' }).filter(d => (d.load?.t ?? 0) > 1 && d.cpu !== 'all');
joined.show({ rows: 5 }).caption('five');
busy.line('work', { by: 'cpu' });
busy.heatmap('work').save('a.png');
const n: number = cpu.groupby('cpu').count().sum('count');
const how: string = cpu.how.grain === 'events' ? cpu.how.tool : cpu.say;
const names: string[] = cpu.rows().map(d => d.cpu);
const unit: string = cpu.columns.user.unit;
const total: number = joined.sum('load.one') + joined.quantile(0.9, 'load.one').high + joined.mean('user') + joined.min('t') + joined.max('t');
joined.line('load.one', { by: 'cpu' });
joined.orderby('load.one', 'down').bar('load.one', { by: 'cpu' });
for (const row of joined.select('t', 'load')) row.load?.one;
const rows: readonly { cpu: string }[] = [...cpu.select('cpu')];
cpu.arquero().numRows();
[n, how, names, unit, total, rows];
`;

const BAD = {
  'a misspelt column': 'cpu.filter(d => d.usr > 0.5);',
  'a misspelt column to sort by': "cpu.orderby('usr');",
  'a misspelt question': "await host.ask('proc.stats');",
  'a misspelt option': "await host.ask('proc.stat', { second: 5 });",
  'a misspelt unit of time': "cpu.windows(d => d.user > 1, { min: '20msec' });",
  'a quantile of a text column': "cpu.quantile(0.5, 'cpu');",
  'a sum of a text column': "cpu.sum('cpu');",
  'an unguarded joined column': 'cpu.joinTime({ load }).filter(d => d.load.t > 1);',
  'a join by a column that is not there': "cpu.joinTime({ load }, { by: ['tid'] });",
  'a line of a text column': "cpu.line('cpu');",
  'a joined column that is not there': "cpu.joinTime({ load }).sum('load.nope');",
  'a joined text column as numbers': "cpu.joinTime({ cpu }).mean('cpu.cpu');",
  'a mean of a text column': "cpu.mean('cpu');",
  'a maximum of a column that is not there': "cpu.max('usr');",
  'a selected column that is not there': "cpu.select('t', 'usr');",
  'a column that was not selected': "cpu.select('t').filter(d => d.user > 1);",
  'an iteration over a misspelt column': 'for (const row of cpu) row.usr;',
  'windows that are none': 'cpu.during(load);',
  'a column of the rows before the rollup': "cpu.groupby('cpu').rollup({ n: g => g.size }).filter(d => d.user > 1);",
};

test('the declarations compile on their own under --strict and import no source of the library', () => {
  expect(complaintsOfDeclarations(serviceFor({}))).toEqual([]);
  expect(current).not.toMatch(/from '\.|import\('\.|eslint/);
});

test('a cell that uses the verbs compiles', () => {
  expect(complaints(serviceFor({ good: GOOD }), 'good')).toEqual([]);
});

test('wrong uses do not compile', () => {
  const cells = Object.fromEntries(
    Object.entries(BAD).map(([what, code], i) => [`bad${i}`, `${HEAD}${code}\nexport { host };\n// ${what}`]),
  );
  const service = serviceFor(cells);
  const compiled = Object.keys(BAD).filter((_, i) => complaints(service, `bad${i}`).length === 0);
  expect(compiled).toEqual([]);
});

test('every source and question can be asked by its name and its aliases', () => {
  const names = [
    ...sources,
    ...questions.flatMap(({ name, aliases }) => [{ name }, ...aliases.map((alias) => ({ name: alias }))]),
  ].map(({ name }) => name);
  expect(
    completionsAt("import { connect } from 'fast-by-friday'; (await connect('local:')).ask('|').names").names,
  ).toEqual(expect.arrayContaining(names));
});

test('after d. an editor offers the columns with their docs and units', () => {
  const { names, docOf } = completionsAt(`${HEAD}cpu.filter(d => d.|)`);
  expect(names).toEqual(expect.arrayContaining(['t', 'cpu', 'user', 'system']));
  expect(docOf('user')).toMatch(/Unit: seconds\..*rate\(\)/);
});

test('column names are offered inside quotes', () => {
  expect(completionsAt(`${HEAD}cpu.quantile(0.5, '|')`).names).toContain('user');
  expect(completionsAt(`${HEAD}cpu.quantile(0.5, '|')`).names).not.toContain('cpu');
  expect(completionsAt(`${HEAD}cpu.joinTime({ load }).max('|')`).names).toEqual(
    expect.arrayContaining(['user', 'load.one']),
  );
});

test('Tab after an answer shows no more than 30 names, each with a doc', () => {
  const { names, docOf } = completionsAt(`${HEAD}cpu.|`);
  expect(names.length).toBeLessThanOrEqual(30);
  expect(names.filter((name) => docOf(name) === '')).toEqual([]);
});

test('a value that index.ts exports without a declaration is named', () => {
  const parts = {
    api: 'export interface Questions {}',
    index: "export { hidden } from './hidden.ts';",
    sources: [],
    questions: [],
  };
  expect(() => declarations(parts)).toThrow('missing hidden');
});

test('a question with the name of a type has an interface of its own', () => {
  const made = declarations({
    api: 'export interface Limits { readonly maxCpu?: number }\nexport interface Questions {}',
    index: '',
    sources: [],
    questions: [{ name: 'limits', aliases: ['ulimit'], doc: 'y', columns: { used: { unit: 'count', doc: 'Used.' } } }],
  });
  expect(made.match(/interface Limits\b/g)).toHaveLength(1);
  expect(made).toMatch(/"limits": LimitsRow;[\s\S]*"ulimit": LimitsRow;/);
});

test('a doc cannot end its own comment', () => {
  const columns = { t: { unit: 's', doc: 'a */ let broken = 1; /* b' } };
  const made = declarations({
    api: '',
    index: '',
    sources: [{ name: 'x.y', doc: 'y', from: 'z', columns }],
    questions: [],
  });
  expect(made).toContain('a *\\/ let broken');
});

const notebooks = join(import.meta.dirname, '..', '..', '..', 'notebooks');
const files = existsSync(notebooks) ? readdirSync(notebooks).filter((file) => file.endsWith('.ipynb')) : [];

test.for(files)('the cells of %s compile', (file) => {
  const { cells } = JSON.parse(readFileSync(join(notebooks, file), 'utf8')) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  const code = cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => [source].flat().join(''));
  expect(complaints(serviceFor({ notebook: `${code.join('\n')}\nexport {};\n` }), 'notebook')).toEqual([]);
});
