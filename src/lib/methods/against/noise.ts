/** How much the means of two captures may differ by chance. */

/** A mean over a window, its standard error, and the degrees of freedom of that error. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
  readonly freedom: number;
}

/** Consecutive intervals are correlated, so the variance is estimated from means of blocks, which are less so. */
const BLOCKS = 10;
const LEAST_BLOCKS = 4;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Mean and standard error by batch means (Law & Kelton, Simulation Modeling and Analysis, 9.5.3); undefined for fewer
 * than four intervals.
 */
export const estimate = (values: readonly number[]): Estimate | undefined => {
  const blocks = Math.min(BLOCKS, values.length);
  if (blocks < LEAST_BLOCKS) return undefined;
  const at = (block: number): number => Math.floor((block * values.length) / blocks);
  const means = Array.from({ length: blocks }, (_, block) => meanOf(values.slice(at(block), at(block + 1))));
  const centre = meanOf(means);
  const variance = means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / (blocks - 1);
  return { mean: meanOf(values), error: Math.sqrt(variance / blocks), freedom: blocks - 1 };
};

/** Student's t for 99.9 % (two-sided) at 1, 2, ... degrees of freedom: by chance, 1 of 1,000 columns exceeds it. */
const T = [
  636.6, 31.6, 12.92, 8.61, 6.87, 5.96, 5.41, 5.04, 4.78, 4.59, 4.44, 4.32, 4.22, 4.14, 4.07, 4.02, 3.97, 3.92, 3.88,
] as const;
const LATER = 3.85;

/** Half the width of the 99.9 % interval of the difference of two means (Welch, 1947). */
export const noiseOf = (before: Estimate, after: Estimate): number => {
  const [a, b] = [before.error ** 2, after.error ** 2];
  if (a + b === 0) return 0;
  const freedom = (a + b) ** 2 / (a ** 2 / before.freedom + b ** 2 / after.freedom);
  return (T[Math.max(1, Math.floor(freedom)) - 1] ?? LATER) * Math.sqrt(a + b);
};
