/** A field of a tracepoint, as in the kernel's format file. */
export interface TraceField {
  readonly name: string;
  /** The C declaration: 'unsigned long', 'char prev_comm[16]', '__data_loc char[] filename'. */
  readonly declaration: string;
  readonly offset: number;
  readonly size: number;
  readonly signed: boolean;
  /**
   * How to read the bytes. `located`: 4 bytes give offset and length, from the record's start or (`relative`) from the
   * field's end; `rest`: everything from the offset to the record's end, and `size` is 0.
   */
  readonly kind: 'number' | 'text' | 'bytes';
  readonly located?: 'absolute' | 'relative' | 'rest';
  /** Size of an array's elements; the field's size if it is not an array. */
  readonly element: number;
}

export interface TraceFormat {
  readonly system: string;
  readonly name: string;
  readonly id: number;
  readonly fields: readonly TraceField[];
}

const fieldLine = /^\s*field:(.*);\s*offset:(\d+);\s*size:(\d+);(?:\s*signed:(\d);)?/;

const elementSize = (declaration: string, long: number): number => {
  if (/\b(?:u8|s8|__u8|__s8|char|bool)\b/.test(declaration)) return 1;
  if (/\b(?:u16|s16|__u16|__s16|short|__be16|__le16)\b/.test(declaration)) return 2;
  if (/\b(?:u64|s64|__u64|__s64|long long|__be64|__le64)\b|\*/.test(declaration)) return 8;
  return /\blong\b/.test(declaration) ? long : 4;
};

const fieldOf = (line: string, long: number): TraceField | undefined => {
  const [, declaration = '', offset = '0', size = '0', signed = '0'] = fieldLine.exec(line) ?? [];
  const name = /(\w+)\s*(?:\[[^\]]*\])?\s*$/.exec(declaration)?.[1];
  if (name === undefined || declaration === '') return undefined;
  const located = declaration.includes('__data_loc')
    ? 'absolute'
    : declaration.includes('__rel_loc')
      ? 'relative'
      : undefined;
  const array = located !== undefined || /\[[^\]]*\]\s*$/.test(declaration);
  const text = array && /\bchar\b/.test(declaration) && !/unsigned char/.test(declaration);
  return {
    name,
    declaration,
    offset: Number(offset),
    size: Number(size),
    signed: signed === '1',
    kind: text ? 'text' : array || ![1, 2, 4, 8].includes(Number(size)) ? 'bytes' : 'number',
    element: array ? elementSize(declaration, long) : Number(size),
    ...(located === undefined ? {} : { located }),
  };
};

/** A kernel stack is as long as its record, whatever number of frames its format names (some kernels: none). */
const openEnded = (field: TraceField): TraceField =>
  field.name === 'caller' ? { ...field, size: 0, kind: 'bytes', located: 'rest' } : field;

/** Parses a format file: /sys/kernel/tracing/events/SYSTEM/NAME/format. Undefined if it is not one. */
export const readTraceFormat = (system: string, text: string, long = 8): TraceFormat | undefined => {
  const name = /^name: (.*)$/m.exec(text)?.[1];
  const id = /^ID: (\d+)$/m.exec(text)?.[1];
  if (name === undefined || id === undefined) return undefined;
  const fields = text.split('\n').map((line) => fieldOf(line, long));
  const known = fields.filter((field) => field !== undefined);
  return { system, name, id: Number(id), fields: system === 'ftrace' && name === 'kernel_stack' ? known.map(openEnded) : known }; // prettier-ignore
};

/** The first columns of each table of a tracepoint. */
export const base = ['t', 'cpu', 'pid', 'tid', 'comm'] as const;

/** The column name of a field, with the prefix `arg_` if all tables have a column of that name. */
export const columnName = (name: string): string => ((base as readonly string[]).includes(name) ? `arg_${name}` : name);

/** Its own fields, without the common ones, which all events have. */
export const ownFields = ({ fields }: TraceFormat): readonly TraceField[] =>
  fields.filter(({ name }) => !name.startsWith('common_'));
