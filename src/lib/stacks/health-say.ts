import { printable } from '../printable.ts';
import { mendOf } from './health-mend.ts';
import type { StackHealth } from './health.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Below these shares a warning would be noise. */
const WORTH_SAYING = { broken: 0.05, unknown: 0.1, truncated: 0.01 };
/** Binaries named in warnings. */
const MOST = 3;

/** The stacks' health as warnings, one sentence each: nothing where nothing is wrong. */
export const sayHealth = ({ broken, unknown, truncated, flat, binaries }: StackHealth): string[] => {
  const out: string[] = [];
  if (flat) out.push(`No stack has a caller: the profile holds no call graphs. ${mendOf('no stacks', '', 'native')}`);
  const worst = (key: 'broken' | 'unknown' | 'truncated'): string =>
    [...binaries]
      .filter((row) => row[key] > 0 && row.mend.length > 0)
      .sort((a, b) => b[key] * b.samples - a[key] * a.samples)
      .slice(0, MOST)
      .map(
        (row) =>
          `${printable(row.binary === '' ? row.process : row.binary)}: ${row.why[0] ?? ''}. ${row.mend[0] ?? ''}`,
      )
      .join(' ');
  if (broken > WORTH_SAYING.broken)
    out.push(
      `${percent(broken)} of the stacks do not reach the start of their program: their callers are wrong. ${worst('broken')}`,
    );
  if (unknown > WORTH_SAYING.unknown) out.push(`${percent(unknown)} of the frames have no name. ${worst('unknown')}`);
  if (truncated > WORTH_SAYING.truncated)
    out.push(`${percent(truncated)} of the stacks are cut at the depth limit. ${worst('truncated')}`);
  return out.map((sentence) => sentence.trim());
};
