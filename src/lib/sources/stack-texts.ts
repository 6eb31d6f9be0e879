import { isValid, type ColumnData, type Validity } from '../columns/column.ts';
import { frameNames, ROOT, type Profile } from '../stacks/profile.ts';

const textOf = (profile: Pick<Profile, 'stacks' | 'frames'>, id: number): string =>
  frameNames(profile, id)
    .map((name) => name.replaceAll(';', ':'))
    .join(';');

/** A column of stacks as text, outermost function first, from the numbers of the stacks; absent where ROOT or invalid. */
export const stackTexts = (
  profile: Pick<Profile, 'stacks' | 'frames'>,
  stacks: ArrayLike<number>,
  size: number,
  valid?: Validity,
): ColumnData => {
  const codes = new Uint32Array(size);
  const known = new Map<number, number>();
  const names: string[] = [];
  const byText = new Map<string, number>();
  const present = new Uint8Array((size + 7) >> 3);
  let absent = 0;
  for (let row = 0; row < size; row++) {
    const id = stacks[row] ?? ROOT;
    if (id === ROOT || !isValid(valid, row)) {
      absent++;
      continue;
    }
    present[row >> 3] = (present[row >> 3] ?? 0) | (1 << (row & 7));
    let code = known.get(id);
    if (code === undefined) {
      const text = textOf(profile, id);
      code = byText.get(text) ?? names.push(text) - 1;
      byText.set(text, code);
      known.set(id, code);
    }
    codes[row] = code;
  }
  return { kind: 'text', codes, names, ...(absent === 0 ? {} : { valid: present }) };
};
