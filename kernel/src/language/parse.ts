import { parse } from 'acorn';
import type * as acorn from 'acorn';

/** Parses a cell or module as JavaScript; throws acorn's SyntaxError, which knows `pos`. */
export const parseModule = (code: string): acorn.Program =>
  parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true, allowImportExportEverywhere: false });

/** Where acorn stumbled: offset and its words without the position that it adds. */
export const stumble = (error: unknown): { readonly offset: number; readonly message: string } | undefined => {
  if (!(error instanceof SyntaxError) || !('pos' in error) || typeof error.pos !== 'number') return undefined;
  return { offset: error.pos, message: error.message.replace(/ \(\d+:\d+\)$/, '') };
};
