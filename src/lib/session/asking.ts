import type { Prompt } from '../../recorder/client.ts';
import { currentKernel } from '../kernel.ts';

/** The prompt used where no kernel runs; the CLI sets its terminal. */
let outsideKernel: Prompt | undefined;

/** Sets the prompt for passwords and codes where no kernel runs. */
export const askThrough = (prompt: Prompt | undefined): void => {
  outsideKernel = prompt;
};

/** The prompt to use now: the running kernel's front end, otherwise the one of `askThrough`, otherwise none. */
export const currentPrompt = (): Prompt | undefined => {
  const kernel = currentKernel();
  return kernel === undefined ? outsideKernel : ({ text, secret }) => kernel.prompt(text, { password: secret });
};
