import type { Codes, TextColumn, Validity } from '../columns/column.ts';
import { frameNames, ROOT, type Profile } from './profile.ts';

/** Limit of characters of a profile's stacks that are cached as text. */
const MOST = 32 << 20;

/** The profile behind each dictionary of stacks. */
const behind = new WeakMap<readonly string[], Profile>();

/** The profile whose stacks these names are; undefined for plain text. */
export const profileBehind = (names: readonly string[]): Profile | undefined => behind.get(names);

// Write stacks on demand: a million samples may have half a million stacks of 1 KB, too much for memory.
/**
 * The stacks of a profile as a dictionary of texts, each written on demand: `names[s]` is stack s. It reads like an
 * array.
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

/** A column of stacks as text, from their numbers. */
export const stackColumn = (profile: Profile, codes: Codes, valid?: Validity): TextColumn => ({
  kind: 'text',
  codes,
  names: stackNames(profile),
  ...(valid === undefined ? {} : { valid }),
});

/** The same where ROOT stands for no stack: there the text is absent. */
export const stackColumnOrAbsent = (profile: Profile, stacks: Uint32Array): TextColumn => {
  if (!stacks.includes(ROOT)) return stackColumn(profile, stacks);
  const valid = new Uint8Array((stacks.length + 7) >> 3);
  const codes = stacks.map((stack, row) => {
    if (stack === ROOT) return 0;
    valid[row >> 3] = (valid[row >> 3] ?? 0) | (1 << (row & 7));
    return stack;
  });
  return stackColumn(profile, codes, valid);
};
