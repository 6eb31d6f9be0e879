import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/lib/api.ts';
import { compare } from '../../../src/lib/index.ts';
import { MARKDOWN, TABLE, TEXT, type TablePayload } from '../../../src/lib/mime.ts';
import { questions } from '../../../src/lib/questions/list.ts';
import { given } from '../answer/given.ts';
import { numbersFrom } from '../../random.ts';
import { shown } from '../views/shown.ts';

const docsOf = (question: string) => questions.find(({ name }) => name === question)!.columns;

/** A minute of a disk that is busy for such a share of the time. */
const disk = (util: number, how: object = {}, device = 'vda'): Answer => {
  const random = numbersFrom(Math.round(util * 100));
  const rows = Array.from({ length: 60 }, (_, t) => ({
    ...{ t, seconds: 1, device, reads: 100, written: 1e6 },
    util: util + random() * 0.1,
  }));
  return given(docsOf('disk-activity'), rows, { question: 'disk-activity', as: 'iostat', ...how }) as Answer;
};

const memory = (available: number): Answer =>
  given(
    docsOf('memory'),
    Array.from({ length: 60 }, (_, t) => ({ t, total: 8e9, available: available + t })),
    { question: 'memory', as: 'free' },
  ) as Answer;

describe('compare', () => {
  it('says what differs most between two captures of several questions, whatever their keys', () => {
    const { say, table, same } = compare({ disk: disk(0.1), free: memory(4e9) }, { b: memory(4e9), a: disk(0.7) });
    expect(say).toMatch(/^1 of \d+ figures differ by more than the noise; most of all disk-activity vda util: 1\d.* % before, 7\d.* % after\.$/); // prettier-ignore
    const [row] = table.rows();
    expect(row).toMatchObject({ question: 'disk-activity', name: 'vda', column: 'util', unit: '1' });
    expect(row!.low).toBeLessThan(row!.change);
    expect(row!.score).toBeGreaterThan(1);
    expect(same).toBeGreaterThan(1);
  });

  it('takes two answers, and shows each number in its own unit', async () => {
    const bundle = await shown(compare(disk(0.1), disk(0.7)));
    const { columns, say } = bundle[TABLE] as TablePayload;
    expect(columns.map(({ name }) => name)).toEqual(['what', 'before', 'after', 'change', 'noise']);
    expect(columns[3]?.values[0]).toMatch(/^\+\d.* %$/);
    expect(bundle[TEXT]).toContain(say);
    expect(bundle[MARKDOWN]).toContain('mean over the window');
  });

  it('says that nothing differs where nothing does, and what only one has', () => {
    const { say, table, onlyBefore, onlyAfter } = compare(disk(0.1), disk(0.1));
    expect([table.size, onlyBefore, onlyAfter]).toEqual([0, [], []]);
    expect(say).toMatch(/^Nothing differs by more than the noise \(\d+ figures compared\)\.$/);
    expect(compare(disk(0.1), disk(0.1, {}, 'vdb'))).toMatchObject({
      onlyBefore: ['disk-activity vda'],
      onlyAfter: ['disk-activity vdb'],
    });
  });

  it('begins with the cut of either capture', () => {
    const cut = 'Cut after 11 of 30 s: the host stopped answering.';
    expect(compare(disk(0.1, { cut }), disk(0.7)).say).toContain(cut);
    expect(compare(disk(0.1), disk(0.7, { cut })).say.startsWith(cut)).toBe(true);
  });

  it('refuses answers to different questions, and says what to ask', () => {
    expect(() => compare(disk(0.1), memory(4e9))).toThrow(
      'compare: expected answers to the same question, got disk-activity and memory',
    );
    expect(() => compare({}, {})).toThrow('got nothing and nothing');
  });
});
