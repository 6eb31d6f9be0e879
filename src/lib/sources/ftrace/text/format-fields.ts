import type { ColumnDoc } from '../../../columns/column.ts';
import { fieldColumn, type FieldColumn } from '../../formats/printed-columns.ts';
import { docOf } from '../../formats/trace-columns.ts';
import { columnName, ownFields, type TraceField, type TraceFormat } from '../../formats/trace-format.ts';
import type { Fields } from './fields.ts';

/** '0x4 (4)' and '(4)': both are the same number, the one in parentheses with a sign. */
const NUMBER = /^(?:0x[0-9a-f]+ )?\((-?\d+)\)$/;
/** 'tick_nohz_handler+0x0/0x140 (-2126302496)': an address of the kernel has its symbol, and half of its bits. */
const SYMBOL = /^(.*) \(-?\d+\)$/;

const put = (column: FieldColumn, row: number, said: string, { kind, size, signed }: TraceField): void => {
  const digits = kind === 'number' ? NUMBER.exec(said)?.[1] : undefined;
  if (digits !== undefined) {
    const value = signed || !digits.startsWith('-') ? BigInt(digits) : BigInt.asUintN(size * 8, BigInt(digits));
    if (size === 8) column.integer(row, value);
    else column.numbers.set(row, Number(value));
    return;
  }
  // A pointer to a text: the kernel prints another address than it recorded.
  if (said.startsWith('(0x') || said === '') return;
  column.cell(row, Buffer.from(SYMBOL.exec(said)?.[1] ?? said, 'latin1').toString('utf8'));
};

/** Whether a message that ends there ends with the number of this field. */
const endsWith = ({ name }: TraceField): RegExp => new RegExp(`(?:^| )${name}=(?:\\S+ )?\\((?:0x)?-?[0-9a-f]+\\)$`);

interface Sign {
  readonly text: string;
  /** What stands before it, if the field before is a number. */
  readonly after: RegExp | undefined;
}

const signsOf = (fields: readonly TraceField[]): readonly Sign[] =>
  fields.map(({ name }, i) => {
    const before = fields[i - 1];
    return { text: `${i === 0 ? '' : ' '}${name}=`, after: before?.kind === 'number' ? endsWith(before) : undefined };
  });

/** Where a name is: the last place before `end` that the number before it confirms, as a text may hold names as well. */
const placeOf = (message: string, { text, after }: Sign, end: number): number => {
  const last = message.lastIndexOf(text, end - text.length);
  if (after === undefined) return last;
  for (let at = last; at > 0; at = message.lastIndexOf(text, at - 1)) if (after.test(message.slice(0, at))) return at;
  return last;
};

/** Where the value of each field begins; undefined if a name is missing. From the last one on, as most of those are numbers. */
const cuts = (message: string, signs: readonly Sign[]): readonly number[] | undefined => {
  const found: number[] = [];
  let end = message.length;
  for (let i = signs.length - 1; i >= 0; i--) {
    const sign = signs[i] as Sign;
    const at = i === 0 ? 0 : placeOf(message, sign, end);
    if (at < 0 || !message.startsWith(sign.text, at)) return undefined;
    found[i] = at + sign.text.length;
    end = at;
  }
  return found;
};

/** Fields whose columns have docs. */
export interface DocumentedFields extends Fields {
  readonly docs: ReadonlyMap<string, ColumnDoc>;
}

/** The fields of an event by its format, as the kernel prints them with the option `fields`: in their order, `name=value`. */
export const formatFields = (format: TraceFormat): DocumentedFields => {
  const fields = ownFields(format);
  const signs = signsOf(fields);
  const columns = new Map(fields.map(({ name }) => [columnName(name), fieldColumn()] as const));
  const byField = [...columns.values()];
  return {
    docs: new Map(fields.map((field) => [columnName(field.name), docOf(field)] as const)),
    take(row, bytes, from, to) {
      const message = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
      const starts = cuts(message, signs);
      fields.forEach((field, i) => {
        const start = starts?.[i];
        const column = byField[i];
        if (start === undefined || column === undefined) return;
        const next = starts?.[i + 1];
        const end = next === undefined ? message.length : next - (signs[i + 1]?.text.length ?? 0);
        put(column, row, message.slice(start, Math.max(start, end)), field);
      });
    },
    columns: () => columns,
  };
};
