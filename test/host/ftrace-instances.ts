import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FtraceOptions, Host } from '../../src/lib/api.ts';
import { FridayError } from '../../src/lib/errors.ts';
import { TRACEFS } from './programs.ts';

/** The instances of tracefs that are captures of ours. */
export const ourInstances = (): readonly string[] =>
  readdirSync(join(TRACEFS, 'instances')).filter((name) => name.startsWith('fbf_'));

/** The error of a capture that must not give an answer. */
export const ftraceError = async (host: Host, options: FtraceOptions): Promise<FridayError> => {
  try {
    await host.ftrace(options);
  } catch (error) {
    if (error instanceof FridayError) return error;
    throw error;
  }
  return expect.fail(`ftrace ${JSON.stringify(options)} gave an answer`);
};

/** Waits until the condition holds. */
export const until = async (test: () => boolean): Promise<void> => {
  for (const end = performance.now() + 30_000; !test() && performance.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(test()).toBe(true);
};
