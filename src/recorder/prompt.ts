import { printable } from '../lib/printable.ts';
import type { Prompt } from './contract.ts';

const RULES: readonly (readonly [RegExp, Prompt['about']])[] = [
  [/continue connecting|type 'yes', 'no'/i, 'host-key'],
  [/^\[sudo\]/, 'sudo'],
  [/passphrase|enter pin/i, 'passphrase'],
  [/password/i, 'password'],
];

/** Tells the kind of a prompt from its text, since ssh's askpass gives nothing else. Line breaks are kept. */
export const promptOf = (said: string): Prompt => {
  const about = RULES.find(([pattern]) => pattern.test(said))?.[1] ?? 'code';
  const text = said
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
  return { about, text, secret: about !== 'host-key' };
};
