import type { How } from '../api.ts';
import { MARKDOWN, TEXT } from '../mime.ts';
import { printable } from '../printable.ts';
import { escapeMarkdown } from './markdown.ts';
import { formatValue } from './units.ts';
import { viewOf, type Shown } from './view.ts';

const moment = (date: Date): string =>
  Number.isNaN(date.getTime()) ? 'unknown' : `${date.toISOString().replace('T', ' ').slice(0, 23)} UTC`;

/** Everything known of where an answer comes from, a line each; what is not known has no line. */
const facts = (how: How): readonly (readonly [string, string])[] => {
  const { ours, added, wall } = how.overhead;
  const grains = {
    events: 'events: a row for each',
    histogram: 'a histogram: counts per bucket',
    totals: 'totals: sums',
  };
  const all: readonly (readonly [string, string | false])[] = [
    ['cut', how.cut ?? false],
    ['question', how.question],
    ['answered by', how.tool],
    ['why no better tool', how.whyNotBetter],
    ['cannot see', how.cannotSee.join('; ')],
    ['grain', grains[how.grain]],
    [
      'seen',
      `${formatValue(how.seen, 'count')}, ${formatValue(how.lost, 'count')} lost, coverage ${formatValue(how.coverage, '1')}`,
    ],
    [
      'cost on the host',
      `${formatValue(ours.cpu, 's')} CPU, ${formatValue(ours.memory, 'B')} memory, ${formatValue(ours.bytes, 'B')} sent, in ${formatValue(wall, 's')}`,
    ],
    ['cost put on the traced tasks', added > 0 && `about ${formatValue(added, 's')} CPU (an estimate)`],
    ['host', `${how.host}${how.kernel === '' ? '' : `, Linux ${how.kernel}`}`],
    [
      'tools there',
      Object.entries(how.tools)
        .map(([name, version]) => (version === name ? name : `${name} ${version}`))
        .join(', '),
    ],
    ['from', moment(how.from)],
    ['to', moment(how.to)],
    ['clock error', how.clockError > 0 && `± ${formatValue(how.clockError, 's')}`],
    ['recording', how.recording],
    ['ran there', how.program],
    ['code', how.code],
  ];
  return all.filter((fact): fact is readonly [string, string] => fact[1] !== false && fact[1] !== '');
};

/** Where an answer comes from, in full. */
export const explainView = (how: How, say: string): Shown => {
  const known = facts(how);
  return viewOf({
    say,
    bundle: (title) =>
      Promise.resolve({
        [MARKDOWN]: [
          escapeMarkdown(title, 600),
          '| | |\n|:---|:---|',
          ...known.map(([name, value]) => `| ${name} | ${escapeMarkdown(value, 2000)} |`),
        ]
          .join('\n')
          .replace('\n|', '\n\n|'),
        [TEXT]: [title, ...known.map(([name, value]) => `${name}: ${printable(value, 2000)}`)].join('\n'),
      }),
  });
};
