import { defineConfig } from 'vitest/config';

/** One project per suite: a machine that cannot run one still runs the others; scripts/test.js lists skipped suites. */
const suite = (name: string, extra: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

/** Real processes: one file at a time, without retries, because a single failure shows a fault of product or test. */
const real = { fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  // Time limits only guard against hanging; machines are shared, so no suite has a lower one.
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      suite('unit'),
      suite('corpus'),
      suite('host', real),
      suite('kernel', real),
      suite('browser', { ...real, globalSetup: ['test/browser/shared-lab.ts'] }),
      suite('soak', { ...real, testTimeout: 3_600_000, hookTimeout: 600_000 }),
    ],
  },
});
