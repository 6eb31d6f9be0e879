import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { PromptUser } from '../recorder/client.ts';

/** Prompts on the terminal, through standard error, without echoing secrets; undefined without a terminal. */
export const terminalPrompt = (): PromptUser | undefined => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return ({ text, secret }) =>
    new Promise((resolve, reject) => {
      process.stderr.write(text);
      const mute = new Writable({
        write: (_chunk, _encoding, done) => {
          done();
        },
      });
      const output = secret ? mute : process.stderr;
      const lines = createInterface({ input: process.stdin, output, terminal: true });
      let answered = false;
      lines.once('line', (line) => {
        answered = true;
        lines.close();
        if (secret) process.stderr.write('\n');
        resolve(line);
      });
      lines.once('close', () => {
        if (!answered) reject(new Error('no answer was given'));
      });
      lines.once('SIGINT', () => {
        lines.close();
      });
    });
};
