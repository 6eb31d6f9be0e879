import type { Form, SamplerPlan } from './plan.ts';
import { perlScript } from './perl.ts';
import { shellScript } from './shell.ts';

/**
 * The program that reads a plan's files on the host: POSIX sh text, to be run by the supervisor's wrapper. It writes
 * frames on its standard output, reads nothing from its standard input, writes no file, and ends at SIGTERM, at
 * SIGPIPE or after `plan.seconds`.
 */
export const samplerScript = (plan: SamplerPlan, form: Form): string =>
  form === 'perl' ? perlScript(plan) : shellScript(plan, form);
