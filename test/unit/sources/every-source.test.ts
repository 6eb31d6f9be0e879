import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rawSample } from '../../../src/cli/decode/raw-sample.ts';
import { questionsPage } from '../../../src/cli/questions-page.ts';
import { questions } from '../../../src/lib/questions/list.ts';
import { columnsPage } from '../../../src/cli/columns-page.ts';
import { listed } from '../../../src/cli/commands/sources.ts';
import { csvOf } from '../../../src/lib/columns/text-edge.ts';
import { packageRoot } from '../../../src/lib/paths.ts';
import { sources } from '../../../src/lib/sources/list.ts';
import type { SourceSample, Source } from '../../../src/lib/sources/source.ts';
import { decode, rowsOf } from '../../decode.ts';

const fixture = (name: string): string => join(packageRoot, 'fixtures', 'proc', name);
const each = sources.map((source) => [source.name, source] as const);

const decoded = (source: Source, sample: SourceSample) => {
  const decoder = source.decoder();
  decoder.add(sample);
  return decoder.table();
};

/** The same sample with changed bytes of each file. */
const changed = (sample: SourceSample, change: (bytes: Uint8Array) => Uint8Array): SourceSample => ({
  ...sample,
  files: sample.files.map((file) => (file.bytes ? { ...file, bytes: change(file.bytes) } : file)),
});

describe('every source', () => {
  it.each(each)('%s decodes its fixture to the expected table', async (name, source) => {
    expect(existsSync(fixture(name)), `fixtures/proc/${name}`).toBe(true);
    const { table, warnings } = decoded(source, await rawSample(source, fixture(name), 0));
    expect(warnings).toEqual([]);
    await expect([...csvOf(table)].join('')).toMatchFileSnapshot(join(fixture(name), 'golden.csv'));
  });

  it.each(each)('%s gives the unit and the meaning of each column', (_name, source) => {
    for (const [column, { unit, doc }] of Object.entries(source.columns)) {
      expect(doc.length, column).toBeGreaterThan(4);
      expect(typeof unit, column).toBe('string');
    }
    expect(source.doc).toMatch(/\.$/);
    expect(source.from).toMatch(/^https:\/\//);
  });

  it.each(each)('%s reports nonsense as a warning and does not throw', async (name, source) => {
    const sample = await rawSample(source, fixture(name), 0);
    const nonsense = Buffer.from('\u0000\ufffd%%$ nonsense\n) ( 18446744073709551616 -\n\n\u001b[31m');
    const { table, warnings } = decoded(
      source,
      changed(sample, () => nonsense),
    );
    expect(table.size).toBe(0);
    expect(warnings.length).toBeGreaterThan(0);
  });

  it.each(each)('%s keeps the rows of a truncated file', async (name, source) => {
    const sample = await rawSample(source, fixture(name), 0);
    const [size] = sample.files.map(({ bytes }) => bytes?.length ?? 0).sort((a, b) => b - a);
    const whole = decoded(source, sample).table.size;
    for (let cut = 1; cut < (size ?? 0); cut += Math.ceil((size ?? 0) / 60)) {
      const short = changed(sample, (bytes) => bytes.subarray(0, -cut));
      const { table, warnings } = decoded(source, short);
      expect(table.size).toBeLessThanOrEqual(whole);
      // A cut between two lines looks like the file of a kernel that prints fewer lines.
      const atLine = short.files.every(({ bytes }) => bytes?.at(-1) === 10);
      if (table.size < whole && !atLine) expect(warnings.length).toBeGreaterThan(0);
      for (const row of rowsOf(table))
        for (const [column, value] of Object.entries(row)) expect(value, column).not.toBeNaN();
    }
  });

  it.each(each)('%s repeats rows for unchanged files', async (name, source) => {
    const decoder = source.decoder();
    const sample = await rawSample(source, fixture(name), 0);
    decoder.add(sample);
    const before = decoder.table().table.size;
    decoder.add({ t: 1, whole: false, files: [], gone: [] });
    const again = source.recipe.log || source.recipe.once ? before : 2 * before;
    expect(decoder.table().table.size).toBe(again);
  });

  it('is described in docs/columns.md', async () => {
    await expect(columnsPage(listed())).toMatchFileSnapshot(join(packageRoot, 'docs', 'columns.md'));
  });

  it('is described for every question in docs/questions.md', async () => {
    await expect(questionsPage(questions)).toMatchFileSnapshot(join(packageRoot, 'docs', 'questions.md'));
  });

  it('decodes the files of this machine', async () => {
    if (!existsSync('/proc/self/stat')) return;
    for (const name of ['proc.stat', 'proc.meminfo', 'proc.diskstats', 'proc.net.dev', 'proc.pid.stat'])
      expect((await decode(name, ['/proc'])).rows.length, name).toBeGreaterThan(0);
  });
});
