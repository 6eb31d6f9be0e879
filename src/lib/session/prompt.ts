import type { PromptUser } from '../../recorder/client.ts';
import { currentKernel } from '../kernel.ts';

/** What prompts where no kernel runs; the CLI sets its terminal. */
let outsideKernel: PromptUser | undefined;

/** Sets what prompts for passwords and codes where no kernel runs. */
export const promptThrough = (promptUser: PromptUser | undefined): void => {
  outsideKernel = promptUser;
};

/** What prompts now: the running kernel's front end, otherwise the one of `promptThrough`, otherwise nothing. */
export const currentPrompt = (): PromptUser | undefined => {
  const kernel = currentKernel();
  return kernel === undefined ? outsideKernel : ({ text, secret }) => kernel.prompt(text, { password: secret });
};
