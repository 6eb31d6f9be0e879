import { statSync } from 'node:fs';
import { FridayError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import type { Profile } from '../lib/stacks/profile.ts';
import { readProfile } from '../lib/sources/profile-reader.ts';
import { fileSource } from './file-source.ts';

/** What errors call the file. */
export const nameOf = (file: string): string => (file === '-' ? 'standard input' : printable(file, 200));

/** Rejects --symbols DIR if the folder does not exist: all its frames would stay unknown. */
export const checkSymbols = (verb: string, folder: string | undefined): void => {
  if (folder === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new FridayError('input', `fbf ${verb}: --symbols: expected a folder, got ${printable(folder, 200)}`, {
    next: 'Collect symbols where the profile was recorded: fbf symbols FILE --out DIR',
  });
};

const plain = (name: string): string => name.replace(/:[a-zA-Z]*$/, '');

/** Rejects an event without samples, and names the events that have some. */
export const checkEvent = (option: string, { meta }: Profile, wanted: string | undefined): void => {
  const events = meta.events.filter(({ samples }) => samples > 0);
  if (wanted === undefined || events.some(({ name }) => name === wanted || plain(name) === wanted)) return;
  const listed = events.map(({ name, samples }) => `${printable(name, 100)} (${samples} samples)`).join(', ');
  throw new FridayError('input', `--${option}: expected an event of the profile, got ${JSON.stringify(wanted)}`, {
    next: listed === '' ? `This profile names no events: leave out --${option}.` : `It has ${listed}.`,
  });
};

/** The error for a file without samples, with the reader's reason. */
export const noSamples = (file: string, why: readonly string[] = []): FridayError =>
  new FridayError(
    'input',
    `${nameOf(file)}: no samples in it${why.length === 0 ? '' : ` (${printable(why.join('; '))})`}`,
    {
      next: 'Record again while the load runs: perf record -a -g -F 99 -- sleep 30',
    },
  );

/** Reads a profile from a file, or from standard input for "-". Throws if it has no samples. */
export const openProfile = async (file: string, symbols: string | undefined): Promise<Profile> => {
  const source = file === '-' ? process.stdin : await fileSource(file);
  const profile = await readProfile(source, { name: nameOf(file), ...(symbols === undefined ? {} : { symbols }) });
  if (profile.samples.size === 0) throw noSamples(file, profile.warnings);
  return profile;
};
