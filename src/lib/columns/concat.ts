import { type ColumnData, isValid, type NumberColumn, type Table } from './column.ts';
import { bitsOf } from './exact.ts';
import { growNumbers, growText } from './grow.ts';

interface Part {
  readonly data: ColumnData | undefined;
  readonly size: number;
}

/** The exact 64-bit values of all parts, if any part has them; the values of the other parts are exact already. */
const exactOf = (parts: readonly Part[]): Pick<NumberColumn, 'exact'> => {
  if (!parts.some(({ data }) => data?.kind === 'number' && data.exact !== undefined)) return {};
  const exact = new BigUint64Array(parts.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const { data, size } of parts) {
    const own = data?.kind === 'number' ? data : undefined;
    for (let i = 0; i < size; i++, at++) {
      if (own !== undefined && isValid(own.valid, i)) exact[at] = own.exact?.[i] ?? bitsOf(own.values[i]);
    }
  }
  return { exact };
};

const column = (parts: readonly Part[]): ColumnData => {
  const text = parts.some(({ data }) => data?.kind === 'text');
  const grown = text ? growText() : growNumbers();
  for (const { data, size } of parts) {
    if (grown.kind === 'text') {
      const codes = data?.kind === 'text' ? data.names.map((name) => grown.code(name)) : [];
      for (let i = 0; i < size; i++) {
        const code = data?.kind === 'text' && isValid(data.valid, i) ? codes[data.codes[i] ?? -1] : undefined;
        if (code === undefined) grown.push(undefined);
        else grown.pushCode(code);
      }
    } else {
      for (let i = 0; i < size; i++)
        grown.push(data?.kind === 'number' && isValid(data.valid, i) ? data.values[i] : undefined);
    }
  }
  return grown.kind === 'text' ? grown.column() : { ...grown.column(), ...exactOf(parts) };
};

/**
 * The tables of several hosts as one table with a key column `host` in front. A column that a host does not have is absent
 * in its rows.
 */
export const byHost = (parts: readonly { readonly host: string; readonly table: Table }[]): Table => {
  const names = [...new Set(parts.flatMap(({ table }) => Object.keys(table.docs)))];
  const host = growText();
  for (const { host: name, table } of parts) {
    const code = host.code(name);
    for (let i = 0; i < table.size; i++) host.pushCode(code);
  }
  const data = names.map(
    (name) => [name, column(parts.map(({ table }) => ({ data: table.data[name], size: table.size })))] as const,
  );
  return {
    size: parts.reduce((sum, { table }) => sum + table.size, 0),
    docs: {
      host: { unit: '', doc: 'Which host.', key: true },
      ...Object.fromEntries(parts.flatMap(({ table }) => Object.entries(table.docs))),
    },
    data: { host: host.column(), ...Object.fromEntries(data) },
  };
};
