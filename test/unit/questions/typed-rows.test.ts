import { expect, test } from 'vitest';
import { defineColumnQuestion, defineQuestion } from '../../../src/lib/questions/question.ts';
import type { ColumnName, SourceName } from '../../../src/lib/sources/rows.ts';
import { reading, rowsOf } from './given.ts';

// The types are the test: `node scripts/types.js` fails if a line that is marked as an error compiles.

const use = (_: unknown): undefined => undefined;

const about = {
  aliases: [],
  doc: 'How many connections are there?',
  grain: 'totals',
  whyNotBetter: '',
  cannotSee: [],
  columns: { connections: { unit: 'count', doc: 'Connections.' }, space: { unit: '', doc: 'The namespace.' } },
} as const;

const row = defineQuestion({
  ...about,
  name: 'by row',
  sources: ['proc.net.snmp', 'proc.vmstat'],
  *answer({ rows, rates }) {
    for (const { netns, TcpCurrEstab } of rows('proc.net.snmp')) yield { space: netns, connections: TcpCurrEstab };
    // @ts-expect-error -- not in `sources`
    rows('proc.net.netstat');
    // @ts-expect-error -- no such column
    rows('proc.net.snmp', ['TcpOrphan']);
    for (const one of rows('proc.vmstat', ['pswpin'])) {
      // @ts-expect-error -- misspelt
      use(one.pswpinn);
      // @ts-expect-error -- not picked
      use(one.pswpout);
      // @ts-expect-error -- a number
      const text: string | undefined = one.pswpin;
      use(text);
    }
    for (const one of rates('proc.vmstat')) {
      // @ts-expect-error -- misspelt
      use(one.allocstal);
    }
  },
});

const column = defineColumnQuestion({
  ...about,
  name: 'by column',
  sources: ['proc.net.snmp'],
  answer({ table, rateTable }) {
    // @ts-expect-error -- not in `sources`
    table('proc.stat');
    const { size, data } = table('proc.net.snmp', ['TcpCurrEstab']);
    // @ts-expect-error -- misspelt
    use(data.TcpCurEstab);
    // @ts-expect-error -- not picked
    use(rateTable('proc.net.snmp', ['TcpCurrEstab']).data.TcpInSegs);
    return { size, data: { connections: data.TcpCurrEstab, space: data.netns } };
  },
});

/** The sources whose columns accept any name: a misspelt one would compile there. */
type Loose = { [Name in SourceName]: string extends ColumnName<Name> ? Name : never }[SourceName];

test('every source declares its columns by name', () => {
  const loose: [Loose] extends [never] ? true : false = true;
  expect(loose).toBe(true);
});

test('a question answers by row and by column from the sources that it names', () => {
  const given = reading({ 'proc.net.snmp': [{ t: 0, netns: '1', TcpCurrEstab: 7 }] });
  expect(rowsOf(column.table(given))).toEqual([{ connections: 7, space: '1' }]);
  expect(rowsOf(row.table(given))).toEqual([{ connections: 7, space: '1' }]);
});
