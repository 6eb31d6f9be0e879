import { applyEdits, blank } from './edits.ts';
import type { Declarations, Imported } from './declarations.ts';
import { createLiveNames, namespaceOf, visibleNames } from './live-names.ts';
import type { LiveNames } from './live-names.ts';
import { saysAll } from './plain-types.ts';
import type { PlainTypes } from './plain-types.ts';

/**
 * The accepted cells as one text for the checker: each is a namespace in a `declare global` block, its imports moved to
 * the top. TypeScript updates a program fast (about 2 ms, whatever the number of cells) when one file changes inside; a
 * module per cell would make it resolve every import again (20 to 60 ms).
 */
export interface CellScope {
  readonly live: LiveNames;
  /** Adds a cell that ran; `plain` are the types of its variables, where known and plain. */
  accept(cell: number, source: string, declarations: Declarations, plain?: PlainTypes): void;
  text(): string;
  /** Offset in the text of a cell's declaration of a name. */
  placeOf(cell: number, name: string): number | undefined;
  clear(): void;
}

interface Accepted {
  readonly cell: number;
  readonly imports: string;
  readonly head: string;
  readonly body: string;
  readonly places: ReadonlyMap<string, number>;
}

/** In a namespace TypeScript parses `await (x)` as a call; this function gives the call its type. */
const AWAIT = 'function await<T>(value: T): Awaited<T>;';

export const createCellScope = (): CellScope => {
  const live = createLiveNames();
  const cells: Accepted[] = [];
  const frame = (): string =>
    `export {};${cells.map(({ imports }) => imports).join('')}\ndeclare global {\nnamespace $cells {}\n`;
  return {
    live,
    accept: (cell, source, declarations, plain = new Map()) => {
      if (saysAll(source, declarations, plain)) {
        live.add(cell, declarations, plain);
        return;
      }
      const own = new Set(declarations.declared.map(({ name }) => name));
      const needed = visibleNames(source, own, live, true);
      const { lifted, aliases } = lift(cell, declarations.imports);
      const awaits = /\bawait\b/.test(source) ? AWAIT : '';
      cells.push({
        cell,
        imports: lifted,
        // A comment on the line of the brace would not count as documentation.
        head: `namespace ${namespaceOf(cell)} {${awaits}${needed}${aliases}\n`,
        body: `${body(source, declarations)}\n}\n`,
        places: new Map(declarations.declared.map(({ name, start }) => [name, start])),
      });
      live.add(cell, declarations, plain);
    },
    text: () => `${frame()}${cells.map(({ head, body }) => head + body).join('')}}\n`,
    placeOf: (cell, name) => {
      let at = frame().length;
      for (const accepted of cells) {
        const place = accepted.places.get(name);
        if (accepted.cell === cell) return place === undefined ? undefined : at + accepted.head.length + place;
        at += accepted.head.length + accepted.body.length;
      }
      return undefined;
    },
    clear: () => {
      live.clear();
      cells.length = 0;
    },
  };
};

/** A cell as the body of a namespace; every character keeps its offset. */
const body = (source: string, { imports, exports }: Declarations): string => {
  const gone = [...imports, ...exports].map(({ start, end }) => ({
    start,
    end,
    text: blank(source.slice(start, end)),
  }));
  return applyEdits(source, gone).code;
};

/** A namespace cannot import modules: the file imports them under unique names, which the namespace aliases. */
const lift = (cell: number, imports: readonly Imported[]): { lifted: string; aliases: string } => {
  let lifted = '';
  let aliases = '';
  imports.forEach(({ specifier, names }, index) => {
    const module = `$import${cell}_${index}`;
    if (names.length === 0) return;
    lifted += `import * as ${module} from ${JSON.stringify(specifier)};`;
    for (const { local, exported } of names) {
      if (exported === '*') aliases += `export import ${local} = ${module};`;
      else if (exported !== 'default') aliases += `export import ${local} = ${module}.${exported};`;
      else {
        lifted += `import ${module}_default from ${JSON.stringify(specifier)};`;
        aliases += `const ${local}: typeof ${module}_default;`;
      }
    }
  });
  return { lifted, aliases };
};
