export type { Grain, How, Overhead } from '../api.ts';

/** Coverage that counts as complete: below it nothing is cleared. */
export const WHOLE = 0.95;
