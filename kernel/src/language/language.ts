/**
 * The only contract between the kernel's processes (kernel/src) and TypeScript (kernel/src/language). Two halves that
 * share no state:
 * - the compiler runs in the user process, synchronously, before each cell; it loads nothing heavy;
 * - the checker has its own child process, which the front process drives, so that it answers while a cell is busy.
 *
 * `compiler.ts` exports `createCompiler: CreateCompiler`, `checker.ts` exports `createChecker: CreateChecker`,
 * `complete-code.ts` exports `isComplete: IsComplete`.
 */

/** A cell as the user wrote it. */
export interface Cell {
  /** Counts every execution of this kernel from 1, silent ones included: unique. */
  readonly id: number;
  /** The name shown in stack traces, e.g. `In[3]`. */
  readonly name: string;
  /** The text; offsets in it are UTF-16, lines and columns count from 1. */
  readonly source: string;
}

/** One error of the compiler or the checker; line and column count from 1, in the cell's own text. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** `TS2551`, or `syntax` when there is no number. */
  readonly code: string;
  /** One sentence, with the suggestion ("Did you mean 'latency'?") where there is one. */
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The user's own file that the cell imports, relative to the notebook's folder; absent: the cell. */
  readonly file?: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * JavaScript that `vm.Script` runs in the main context (runInThisContext, under the filename of
 * `CompilerOptions.filename`). Its value is an Outcome, or a promise of one when `isAsync`. Top-level declarations
 * become properties of an object that all cells share, so that a later cell may declare them again and functions see
 * the latest value. It is not globalThis: a cell that declares `Promise` must not break libraries.
 */
export interface Compiled {
  readonly code: string;
  readonly isAsync: boolean;
  /** Position in `code` -> position in the cell; undefined for text that the compiler inserted. */
  position(line: number, column: number): Position | undefined;
}

/** The value of a cell, wrapped so that a promise as the last expression stays a promise; undefined without one. */
export type Outcome = { readonly value: unknown } | undefined;

export type CompileResult =
  | { readonly ok: true; readonly compiled: Compiled }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Lives in the user process; knows what earlier cells declared. */
export interface Compiler {
  compile(cell: Cell): CompileResult;
  /** Maps a frame in an imported local `.ts` file; files whose positions did not change need no mapping. */
  position?(url: string, line: number, column: number): Position | undefined;
}

/**
 * Called once, at the start of the user process; may register module hooks (reload of changed `.ts`, JSON, `exports`
 * maps), all of which resolve from `folder`. Must be fast: what the first cell does not need is loaded later.
 */
export type CreateCompiler = (options: {
  /** The notebook's folder, absolute: imports resolve from here. */
  readonly folder: string;
  /** The absolute filename under which a cell runs; `import.meta` and relative imports resolve from it. */
  readonly filename: (cell: Cell) => string;
  /** Called with the namespace of each module that a cell imports; its return value is used (for tslab's display). */
  readonly imported?: (specifier: string, namespace: object) => object;
}) => Compiler;

export interface Completion {
  readonly matches: readonly string[];
  /** UTF-16 offsets of the text that a match replaces. */
  readonly start: number;
  readonly end: number;
  /** Same order as `matches`; `type` is Jupyter's: function, class, instance, module, keyword, property, path ... */
  readonly types: readonly { readonly type: string; readonly signature: string; readonly doc?: string }[];
}

/** What hover and Shift-Tab show. */
export interface Inspection {
  readonly markdown: string;
  readonly text: string;
}

export type Completeness =
  { readonly status: 'complete' | 'invalid' | 'unknown' } | { readonly status: 'incomplete'; readonly indent: string };

/** Driven by the front process; all answers are asynchronous, and only live names wait for the user process. */
export interface Checker {
  /** Starts the child in the background; resolves when check() answers quickly. Safe to call again. */
  start(): Promise<void>;
  /** True once start() has resolved; until then cells run unchecked, and the errors of check() are shown afterwards. */
  readonly ready: boolean;
  /** True when this cell is to be checked: checking is on, and the cell has no comment that turns it off. */
  wants(source: string): boolean;
  /** Checks a cell against the cells accepted so far; does not accept it. */
  check(cell: Cell): Promise<readonly Diagnostic[]>;
  /** The cell runs: its declarations are visible to later cells. Called in the order in which cells run. */
  accept(cell: Cell): void;
  /** The user process was restarted: forget the cells. */
  reset(): void;
  complete(source: string, cursor: number): Promise<Completion>;
  /** `detail` 0 or 1, as in inspect_request. */
  inspect(source: string, cursor: number, detail: number): Promise<Inspection | undefined>;
  /** Kills the child. */
  close(): void;
}

export type CreateChecker = (options: {
  readonly folder: string;
  /** Asks the user process for live names; [] when it has none or is busy (the front process sets the time limit). */
  readonly live: (ask: {
    readonly kind: string;
    readonly prefix: string;
  }) => Promise<readonly { readonly value: string; readonly doc: string }[]>;
  /** Writes to FBF_KERNEL_LOG, never into a cell. */
  readonly log: (line: string) => void;
  /** Called with the pid of each child process, for memory figures and chaos tests. */
  readonly spawned?: (pid: number) => void;
}) => Checker;

/** Runs in the front process without the checker; loaded at the first is_complete_request. */
export type IsComplete = (source: string) => Completeness | Promise<Completeness>;
