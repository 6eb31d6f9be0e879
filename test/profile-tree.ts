import type { Profile } from '../src/lib/stacks/profile.ts';
import { mergeStacks, type Tree } from '../src/lib/stacks/tree.ts';
import { chooseSamples, type TreeOptions } from '../src/lib/stacks/tree-profile.ts';

/** A profile as a tree: the process, then its functions, callers above callees. */
export const profileTree = (profile: Profile, options: TreeOptions = {}): Tree => {
  const { functions, profiles } = chooseSamples([profile], options);
  return mergeStacks(functions, profiles, options.reverse === undefined ? {} : { reverse: options.reverse });
};
