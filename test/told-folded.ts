import { frameNames, type Profile } from '../src/lib/stacks/profile.ts';

/**
 * The whole contents of a profile of folded stacks, in a form that does not depend on how stacks and names are
 * numbered.
 */
export const toldOfFolded = (profile: Profile) => {
  const { period, stack, before } = profile.samples.data;
  if (period?.kind !== 'number' || stack?.kind !== 'number') throw new TypeError('no counts');
  const rows = Array.from(period.values, (count, row) => {
    const first = before?.kind === 'number' ? before.values[row] : undefined;
    return `${JSON.stringify(frameNames(profile, stack.values[row] ?? 0))} ${first} ${count}`;
  });
  const { frames, stacks, warnings } = profile;
  const flags = Array.from({ length: frames.size }, (_, f) => `${frames.names[frames.name[f]!]} ${frames.flags[f]}`);
  return { rows, warnings, flags: flags.sort(), stacks: stacks.size, depth: [...stacks.depth].sort() };
};
