import type { Form, SamplerPlan } from './plan.ts';
import { perlScript } from './perl.ts';
import { shellScript } from './shell.ts';

/**
 * The program that reads a plan's files on the host: POSIX sh text, run by the supervisor's wrapper. It writes frames
 * to its standard output, reads no input, writes no file, and ends at SIGTERM, at SIGPIPE or after `plan.seconds`.
 */
export const samplerScript = (plan: SamplerPlan, form: Form): string =>
  form === 'perl' ? perlScript(plan) : shellScript(plan, form);
