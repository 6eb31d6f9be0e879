export type { Grain, How, Overhead } from '../api.ts';
