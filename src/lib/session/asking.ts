import type { Prompt } from '../../recorder/client.ts';
import { currentKernel } from '../kernel.ts';

/** Whom to ask where no kernel runs; the command line sets its terminal. */
let outsideKernel: Prompt | undefined;

/** Lets `prompt` answer questions for passwords and codes where no kernel runs. */
export const askThrough = (prompt: Prompt | undefined): void => {
  outsideKernel = prompt;
};

/** Whoever can be asked now: the running kernel's front end, else what `askThrough` named, else nobody. */
export const currentPrompt = (): Prompt | undefined => {
  const kernel = currentKernel();
  return kernel === undefined ? outsideKernel : ({ text, secret }) => kernel.prompt(text, { password: secret });
};
