import type { Prompter } from './transport.ts';

/** Milliseconds for which a password serves the channels of one recording, which start after each other. */
const KEPT = 60_000;

const WHY =
  'sshd allows no further session on this connection (MaxSessions in sshd_config), so another connection is opened. ';

/** Asks for what another connection needs, and says why: a password once for all channels of a recording. */
export const askAgain = (prompter: Prompter) => {
  let waiting = 0;
  let last: { readonly text: string; readonly answer: Promise<string> } | undefined;
  const ask: Prompter = (text) => {
    waiting++;
    return prompter(`${WHY}${text}`).finally(() => waiting--);
  };
  const again: Prompter = (text) => {
    if (!/password/i.test(text)) return ask(text);
    if (last?.text === text) return last.answer;
    const mine = { text, answer: ask(text) };
    const forget = (): void => {
      if (last === mine) last = undefined;
    };
    last = mine;
    mine.answer.then(() => setTimeout(forget, KEPT).unref(), forget);
    return mine.answer;
  };
  return { again, asks: () => waiting > 0 };
};
