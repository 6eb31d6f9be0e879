import type { ColumnDoc, Table } from '../columns/column.ts';
import { unpack } from '../bytes/unpack.ts';
import { sampleColumns } from '../stacks/profile.ts';
import type { Profile } from '../stacks/profile.ts';
import type { ProfileReader } from './source.ts';
import { stackTexts } from './stack-texts.ts';

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
    data: {
      ...others,
      ...(stack?.kind === 'number' ? { stack: stackTexts(profile, stack.values, size, stack.valid) } : {}),
    },
    docs: { ...docs, stack: profileColumns.stack },
  };
};
