import { momentOf } from '../unknown-time.ts';
import type { How } from '../api.ts';
import { MARKDOWN, TEXT } from '../mime.ts';
import { printable } from '../printable.ts';
import { escapeMarkdown } from './markdown.ts';
import { formatValue } from './units.ts';
import { viewOf, type Shown } from './view.ts';

const moment = (date: Date): string => momentOf(date).replace(/^(.*)T(.*)Z$/, '$1 $2 UTC');

/** The known facts of an answer's provenance; unknown facts are left out. */
const facts = (how: How): readonly (readonly [string, string])[] => {
  const { ours, added, calibration = '', wall } = how.overhead;
  const details = {
    events: 'one row per event',
    histogram: 'counts per bucket (a quantile gives its bucket)',
    totals: 'totals per interval (no quantiles)',
  };
  const all: readonly (readonly [string, string | false])[] = [
    ['Cut', how.cut ?? false],
    ['Question', how.question],
    ['Answered by', how.reader === '' ? how.tool : `${how.reader} reading ${how.tool}`],
    ['Why no better tool', how.whyNotBetter],
    ['Cannot see', how.cannotSee.join('; ')],
    ['Detail', details[how.grain]],
    [
      'Rows or events',
      `${formatValue(how.seen, 'count')} captured, ${formatValue(how.lost, 'count')} lost, coverage ${formatValue(how.coverage, '1')}`,
    ],
    [
      'Cost on the host',
      `${formatValue(ours.cpu, 's')} CPU, ${formatValue(ours.memory, 'B')} memory, ${formatValue(ours.bytes, 'B')} sent, in ${formatValue(wall, 's')}`,
    ],
    [
      'Overhead on the traced tasks',
      added > 0 && `about ${formatValue(added, 's')} CPU (an estimate${calibration === '' ? '' : `, ${calibration}`})`,
    ],
    ['Host', `${how.host}${how.kernel === '' ? '' : `, Linux ${how.kernel}`}`],
    [
      'Tools on the host',
      Object.entries(how.tools)
        .map(([name, version]) => (version === name ? name : `${name} ${version}`))
        .join(', '),
    ],
    ['From', moment(how.from)],
    ['To', moment(how.to)],
    ['Clock error', how.clockError > 0 && `± ${formatValue(how.clockError, 's')}`],
    ['Recording', how.recording],
    ['Files or program', how.program],
    ['Code', how.code],
  ];
  return all.filter((fact): fact is readonly [string, string] => fact[1] !== false && fact[1] !== '');
};

/** The whole provenance of an answer, as a table. */
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
