import { defineConfig } from 'vitest/config';

/** One project a suite, so that a machine that cannot run one still runs the others; scripts/test.js names what it skips. */
const suite = (name: string, extra: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

/** Real processes, one file at a time. A test that fails once counts: it shows a fault of the product or of the test. */
const real = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  // Limits guard against hanging only; machines are shared, so no suite has less.
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      suite('unit'),
      suite('corpus'),
      suite('host', real),
      suite('kernel', real),
      suite('browser', real),
      suite('soak', { ...real, testTimeout: 3_600_000, hookTimeout: 600_000 }),
    ],
  },
});
