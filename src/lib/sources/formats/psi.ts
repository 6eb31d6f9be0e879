import type { FileText } from '../define.ts';
import type { RowValues } from '../grow-rows.ts';
import { decimal, divided, lines } from '../text.ts';

const MICROSECONDS = 1e6;
const LINE = /^(some|full) avg10=(\S+) avg60=(\S+) avg300=(\S+) total=(\d+)$/;

const share = (over: string) => ({ unit: '1', doc: `Share of the last ${over} spent waiting.` }) as const;

/** The columns of all files of /proc/pressure: https://docs.kernel.org/accounting/psi.html */
export const psiColumns = {
  kind: { unit: '', key: true, doc: 'some: at least one task waited; full: all of them did.' },
  avg10: share('10 s'),
  avg60: share('60 s'),
  avg300: share('300 s'),
  total: { unit: 's', counter: true, wrap: 2 ** 64 / MICROSECONDS, doc: 'Time spent waiting since boot.' },
} as const;

const percent = (text: string | undefined): number | undefined => {
  const value = decimal(text);
  // Two decimals: 0.29 / 100 would be 0.0029000000000000002.
  return value === undefined ? undefined : Math.round(value * 100) / 10_000;
};

/** The rows of a pressure file: kind, averages, total. */
export function* parsePsi({ text, unexpected }: FileText): Generator<RowValues> {
  for (const line of lines(text)) {
    const [, kind, avg10, avg60, avg300, total] = LINE.exec(line) ?? [];
    if (kind === undefined) unexpected('"some" or "full" with three averages and a total', line);
    else
      yield {
        kind,
        avg10: percent(avg10),
        avg60: percent(avg60),
        avg300: percent(avg300),
        total: divided(total, MICROSECONDS),
      };
  }
}
