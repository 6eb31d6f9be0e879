export type { Grain, How, Overhead } from '../api.ts';

/** The coverage from which on a window and a host count as seen: below it nothing is cleared. */
export const WHOLE = 0.95;
