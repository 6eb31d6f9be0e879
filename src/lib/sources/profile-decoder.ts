import type { ColumnData, ColumnDoc, Table } from '../columns/column.ts';
import { isValid } from '../columns/column.ts';
import { unpack } from '../bytes/unpack.ts';
import { frameNames, sampleColumns } from '../stacks/profile.ts';
import type { Profile } from '../stacks/profile.ts';
import type { ProfileReader } from './source.ts';

/** The columns of a decoded profile: as in sampleColumns, but `stack` is text. */
export const profileColumns = {
  ...sampleColumns,
  stack: { unit: '', doc: 'The call stack, outermost function first, separated by ";".', ref: 'stack' },
} as const satisfies Readonly<Record<string, ColumnDoc>>;

/** Decodes a profile for `fbf decode`: samples as rows, stacks as text. */
export const decodeWith =
  (load: () => Promise<ProfileReader>) =>
  async (
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly table: Table; readonly warnings: readonly { readonly say: string }[] }> => {
    const profile = await (await load())(await unpack(bytes), {});
    return { table: tableOf(profile), warnings: profile.warnings.map((say) => ({ say })) };
  };

/** The samples of a profile with their stacks as text. */
export const tableOf = (profile: Profile): Table => {
  const { size, data, docs } = profile.samples;
  const { stack, ...others } = data;
  return {
    size,
    data: { ...others, ...(stack?.kind === 'number' ? { stack: stackTexts(profile, stack) } : {}) },
    docs: { ...docs, stack: profileColumns.stack },
  };
};

const stackTexts = (profile: Profile, stack: Extract<ColumnData, { kind: 'number' }>): ColumnData => {
  const { size } = profile.samples;
  const codes = new Uint32Array(size);
  const known = new Map<number, number>();
  const names: string[] = [];
  for (let row = 0; row < size; row++) {
    if (!isValid(stack.valid, row)) continue;
    const id = stack.values[row] ?? 0;
    const code = known.get(id) ?? names.push(textOf(profile, id)) - 1;
    known.set(id, code);
    codes[row] = code;
  }
  return { kind: 'text', codes, names, ...(stack.valid === undefined ? {} : { valid: stack.valid }) };
};

const textOf = (profile: Profile, id: number): string =>
  frameNames(profile, id)
    .map((name) => name.replaceAll(';', ':'))
    .join(';');
