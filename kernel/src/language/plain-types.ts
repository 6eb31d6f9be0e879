import type { Declarations } from './declarations.ts';
import type { Project } from './project.ts';

/** Types that mean the same in any scope: primitives, literals, arrays and unions of them. */
const PLAIN =
  /^(?:string|number|boolean|bigint|null|undefined|true|false|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*")(?:\[\])?(?: \| (?:string|number|boolean|bigint|null|undefined|true|false|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*")(?:\[\])?)*$/;

const LONGEST = 200;
const NO_TRUNCATION = 1;
const IS_VARIABLE = new Set(['let', 'const', 'var']);

/** The variables of a checked cell whose type is plain: name -> type as text. */
export type PlainTypes = ReadonlyMap<string, string>;

/**
 * The plain types of the variables that the current cell declares. Later cells get these types instead of the initial
 * values, so that TypeScript does not infer a long chain of cells again for each.
 */
export const plainTypes = async (project: Project, { declared }: Declarations): Promise<PlainTypes> => {
  const variables = declared.filter(({ kind, open }) => IS_VARIABLE.has(kind) && !open);
  if (variables.length === 0 || variables.length > 50) return new Map();
  const positions = variables.map(({ start }) => start);
  const file = project.cellFile;
  const found = await project.ask<({ id: number } | null)[]>('getTypesAtPositions', { file, positions });
  const texts = await Promise.all(
    found.map(async (type) =>
      type ? project.ask<string>('typeToString', { type: type.id, flags: NO_TRUNCATION }) : '',
    ),
  );
  const plain = new Map<string, string>();
  variables.forEach(({ name }, index) => {
    const text = texts[index] ?? '';
    if (text.length <= LONGEST && PLAIN.test(text)) plain.set(name, text);
  });
  return plain;
};

/**
 * Whether the plain types describe all declarations of a cell, so that it needs no namespace; documentation needs one.
 */
export const saysAll = (source: string, { declared }: Declarations, plain: PlainTypes): boolean =>
  !source.includes('/**') && declared.every(({ name }) => plain.has(name));
