import type { Declarations, DeclaredKind } from './declarations.ts';
import type { PlainTypes } from './plain-types.ts';

/** The cell that declared a name, and how. */
export interface Origin {
  readonly cell: number;
  readonly kind: DeclaredKind;
  /** Declared without a type, and without a value that gives one. */
  readonly open: boolean;
  /** Its type, if that is plain. */
  readonly plain?: string | undefined;
}

/** The names that cells declared so far; values and types apart, since an interface may share a variable's name. */
export interface LiveNames {
  readonly values: ReadonlyMap<string, Origin>;
  readonly types: ReadonlyMap<string, Origin>;
  /** Adds the declarations of an accepted cell. */
  add(cell: number, declarations: Declarations, plain: PlainTypes): void;
  /** Removes a type that is also a value, since a later cell has declared the value again. */
  dropType(name: string): void;
  clear(): void;
}

const IS_VALUE = new Set<DeclaredKind>(['let', 'const', 'var', 'function', 'class', 'enum', 'namespace', 'import']);
const IS_TYPE = new Set<DeclaredKind>(['class', 'enum', 'namespace', 'interface', 'type', 'import']);
const IS_BOTH = new Set<DeclaredKind>(['class', 'enum', 'namespace']);

export const createLiveNames = (): LiveNames => {
  const values = new Map<string, Origin>();
  const types = new Map<string, Origin>();
  return {
    values,
    types,
    add: (cell, { declared }, plain) => {
      for (const { name, kind, open = false } of declared) {
        const origin = { cell, kind, open, plain: plain.get(name) };
        if (IS_VALUE.has(kind)) {
          values.set(name, origin);
          const type = types.get(name);
          if (type && type.cell !== cell && IS_BOTH.has(type.kind)) types.delete(name);
        }
        if (IS_TYPE.has(kind)) types.set(name, origin);
      }
    },
    dropType: (name) => {
      types.delete(name);
    },
    clear: () => {
      values.clear();
      types.clear();
    },
  };
};

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/** The namespace under which the checker sees an accepted cell. */
export const namespaceOf = (cell: number): string => `$cell${cell}`;

/**
 * Declarations that make the names of earlier cells visible to a text. They are appended, so that the text keeps its
 * positions. Only names that the text mentions and does not declare are included: the cost depends on the text, not on
 * the number of cells.
 */
export const visibleNames = (text: string, own: ReadonlySet<string>, live: LiveNames, ambient: boolean): string => {
  const lines: string[] = [];
  const declare = ambient ? '' : 'declare ';
  for (const name of new Set(text.match(WORD))) {
    if (own.has(name)) continue;
    const value = live.values.get(name);
    const type = live.types.get(name);
    if (value && isVariable(value.kind)) {
      lines.push(`${declare}${value.kind === 'const' ? 'const' : 'let'} ${name}: ${typeIn(value, name)};`);
    } else if (value && value.cell === type?.cell) {
      lines.push(`import ${name} = ${namespaceOf(value.cell)}.${name};`);
      continue;
    } else if (value?.kind === 'function' && !type) lines.push(`import ${name} = ${namespaceOf(value.cell)}.${name};`);
    else if (value) lines.push(`${declare}const ${name}: ${typeIn(value, name)};`);
    if (type) lines.push(`import ${name} = ${namespaceOf(type.cell)}.${name};`);
  }
  return lines.join('');
};

/**
 * Not `typeof $cell1.x`: control flow in the text above would narrow it, and a method call on `x` there would make it
 * circular. A variable whose first value gives no type has type `any`.
 */
const typeIn = ({ cell, kind, open, plain }: Origin, name: string): string =>
  plain ?? (open && kind !== 'const' ? 'any' : `(typeof ${namespaceOf(cell)})["${name}"]`);

const isVariable = (kind: DeclaredKind): boolean => kind === 'let' || kind === 'const' || kind === 'var';
