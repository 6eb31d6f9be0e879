import { readable } from './diagnostics.ts';
import type { Project } from './project.ts';

/** The SymbolFlags of TypeScript that decide how a name is described. */
export const FLAG = {
  functionScoped: 1,
  blockScoped: 2,
  property: 4,
  enumMember: 8,
  function: 16,
  class: 32,
  interface: 64,
  enum: 128 | 256,
  module: 512 | 1024,
  method: 8192,
  accessor: 32768 | 65536,
  typeParameter: 262144,
  typeAlias: 524288,
  alias: 2097152,
} as const;

/** A symbol as the compiler's API reports it; declarations are `index.kind.file`. */
export interface NativeSymbol {
  readonly id: number;
  readonly name: string;
  readonly flags: number;
  readonly parent?: number;
  readonly valueDeclaration?: string;
  readonly declarations?: readonly string[];
}

interface NativeType {
  readonly id: number;
}

/** What the compiler knows about a name at an offset. */
export interface Known {
  readonly symbol: NativeSymbol;
  /** The symbol itself, or what an imported name refers to. */
  readonly target: NativeSymbol;
  readonly type: string;
  readonly declared: string;
  readonly signatures: readonly string[];
  /** Signatures behind `new`. */
  readonly constructors: readonly string[];
  readonly parent: string;
  /** The value of an enum member. */
  readonly value: string | number | undefined;
  readonly documentation: string;
  readonly tags: readonly { readonly name: string; readonly text?: string }[];
}

const CALL = 0;
const CONSTRUCT = 1;
const METHOD_SIGNATURE = 174;
const IN_ALIAS = 8388608;
const NO_TRUNCATION = 1;

/** Asks the compiler about the name at an offset; undefined if there is none. */
export const knowAt = async (project: Project, file: string, position: number): Promise<Known | undefined> => {
  const symbol = await project.ask<NativeSymbol | null>('getSymbolAtPosition', { file, position });
  if (!symbol) return undefined;
  const target = symbol.flags & FLAG.alias ? await resolveAlias(project, symbol) : symbol;
  const ask = <T>(method: string): Promise<T> => project.ask<T>(method, { symbol: target.id });
  const [type, declared, documentation, tags] = await Promise.all([
    ask<NativeType | null>('getTypeOfSymbol'),
    ask<NativeType | null>('getDeclaredTypeOfSymbol'),
    ask<string>('getDocumentationComment'),
    ask<Known['tags'] | null>('getJsDocTags'),
  ]);
  const [text, alias, signatures, constructors, parent, value] = await Promise.all([
    print(project, type),
    print(project, declared, IN_ALIAS),
    signaturesOf(project, type, CALL),
    signaturesOf(project, type, CONSTRUCT),
    parentOf(project, target),
    valueOf(project, target),
  ]);
  return {
    symbol,
    target,
    type: text,
    declared: alias,
    signatures,
    constructors,
    parent,
    value,
    documentation,
    tags: tags ?? [],
  };
};

const resolveAlias = async (project: Project, symbol: NativeSymbol): Promise<NativeSymbol> =>
  (await project.ask<NativeSymbol | null>('getAliasedSymbol', { symbol: symbol.id })) ?? symbol;

const print = async (project: Project, type: NativeType | null, flags = 0): Promise<string> =>
  type ? plain(await project.ask<string>('typeToString', { type: type.id, flags: flags | NO_TRUNCATION })) : '';

/** Shortens `x?: T | undefined`, since `?` already says it. */
const plain = (text: string): string => readable(text.replace(/(\?: [^,(){}]*?) \| undefined(?=[,)])/g, '$1'));

const signaturesOf = async (project: Project, type: NativeType | null, kind: number): Promise<string[]> => {
  if (!type) return [];
  const params = { type: type.id, kind };
  const signatures = (await project.ask<readonly { id: number }[] | null>('getSignaturesOfType', params)) ?? [];
  return Promise.all(signatures.map((signature) => printSignature(project, signature.id)));
};

const printSignature = async (project: Project, signature: number): Promise<string> => {
  const params = { signature, kind: METHOD_SIGNATURE, flags: NO_TRUNCATION };
  const node = await project.ask<{ data: string } | null>('signatureToSignatureDeclaration', params);
  const text = node ? await project.ask<string>('printNode', { data: node.data }) : '()';
  return plain(text.replace(/;$/, ''));
};

const valueOf = async (
  project: Project,
  { flags, valueDeclaration }: NativeSymbol,
): Promise<string | number | undefined> => {
  if (!(flags & FLAG.enumMember) || valueDeclaration === undefined) return undefined;
  const value = await project
    .ask<string | number | null>('getConstantValue', { location: valueDeclaration })
    .catch(() => null);
  return value ?? undefined;
};

const parentOf = async (project: Project, symbol: NativeSymbol): Promise<string> => {
  if (symbol.parent === undefined) return '';
  const parent = await project.ask<NativeSymbol | null>('getParentOfSymbol', { objectId: symbol.id }).catch(() => null);
  return parent?.name ?? '';
};
