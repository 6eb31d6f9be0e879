import { frameNames, type Profile } from './profile.ts';

/** Characters of stacks that are kept as text at most, of one profile. */
const MOST = 32 << 20;

/** The profile that a dictionary of stacks was made of. */
const behind = new WeakMap<readonly string[], Profile>();

/** The profile whose stacks these are; undefined where the names are plain text. */
export const profileBehind = (names: readonly string[]): Profile | undefined => behind.get(names);

// A million samples may have half a million stacks of a kilobyte: written out at once they would not fit into memory.
/**
 * The stacks of a profile as a dictionary of texts, each written when it is asked for: `names[s]` is stack s. It is an
 * array to everybody who reads it.
 */
export const stackNames = (profile: Profile): readonly string[] => {
  const { size } = profile.stacks;
  const kept = new Map<number, string>();
  let room = MOST;
  const text = (stack: number): string => {
    const known = kept.get(stack);
    if (known !== undefined) return known;
    const made = frameNames(profile, stack).join(';');
    if ((room -= made.length) < 0) {
      kept.clear();
      room = MOST - made.length;
    }
    kept.set(stack, made);
    return made;
  };
  const indexOf = (key: string | symbol): number => (typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : -1);
  const names = new Proxy<string[]>([], {
    get(target, key) {
      if (key === 'length') return size;
      const index = indexOf(key);
      if (index < 0) return Reflect.get(target, key) as unknown;
      return index < size ? text(index) : undefined;
    },
    has: (target, key) => (indexOf(key) >= 0 ? indexOf(key) < size : Reflect.has(target, key)),
  });
  behind.set(names, profile);
  return names;
};
