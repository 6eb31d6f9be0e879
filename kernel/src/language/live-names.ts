import type { Declarations, DeclaredKind } from './declarations.ts';
import type { PlainTypes } from './plain-types.ts';

/** Which cell a name comes from, and how. */
export interface Origin {
  readonly cell: number;
  readonly kind: DeclaredKind;
  /** Declared without a type, and without a value that would give one. */
  readonly open: boolean;
  /** Its type, where that is plain. */
  readonly plain?: string | undefined;
}

/** The names that cells have left so far, values and types apart: an interface may have the name of a variable. */
export interface LiveNames {
  readonly values: ReadonlyMap<string, Origin>;
  readonly types: ReadonlyMap<string, Origin>;
  /** A cell was accepted. */
  add(cell: number, declarations: Declarations, plain: PlainTypes): void;
  /** The type of this name turned out to be a value too, which a later cell has declared again. */
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
 * What makes the names of earlier cells visible to a text that uses them: declarations to be put behind the text, so that
 * its own positions stay. Only names that the text mentions and does not declare itself: the cost follows the text, not the
 * number of cells.
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
 * Not `typeof $cell1.x`: that is narrowed by what the text above it does, and a call of a method of `x` there would make it
 * circular. A variable whose first value says nothing about its type has any.
 */
const typeIn = ({ cell, kind, open, plain }: Origin, name: string): string =>
  plain ?? (open && kind !== 'const' ? 'any' : `(typeof ${namespaceOf(cell)})["${name}"]`);

const isVariable = (kind: DeclaredKind): boolean => kind === 'let' || kind === 'const' || kind === 'var';
