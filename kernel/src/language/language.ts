/**
 * What the kernel asks of TypeScript: the only contract between the kernel's processes (kernel/src) and the language
 * (kernel/src/language). Two halves that share no state:
 * - the compiler runs in the user process, before each cell, synchronously, with nothing heavy to load;
 * - the checker is driven by the front process and works in a child of its own, so that it answers while a cell is busy.
 *
 * Modules that carry it out: `compiler.ts` exports `createCompiler: CreateCompiler`, `checker.ts` exports
 * `createChecker: CreateChecker`, `complete-code.ts` exports `isComplete: IsComplete`.
 */

/** A cell as the person wrote it. */
export interface Cell {
  /** Counts every execution of this kernel, silent ones too, from 1: unique. */
  readonly id: number;
  /** The name that stands in stack traces, e.g. `In[3]`. */
  readonly name: string;
  /** The text; positions in it are UTF-16 offsets, lines and columns count from 1. */
  readonly source: string;
}

/** One remark of the compiler or the checker; line and column count from 1, in the cell's own text. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** `TS2551`, or `syntax` when no number exists. */
  readonly code: string;
  /** One sentence, with the suggestion ("Did you mean 'latency'?") where there is one. */
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The person's own file that the cell imports, relative to the notebook's folder; absent: the cell. */
  readonly file?: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * JavaScript that `vm.Script` runs in the main context (runInThisContext, the filename that `CompilerOptions.filename`
 * gives). It evaluates to an Outcome, or to a promise of one when `isAsync`.
 * Top-level declarations become properties of an object that all cells share (not of globalThis: a cell that declares
 * `Promise` must not break the libraries), so that a later cell may declare them again and functions see the newest.
 */
export interface Compiled {
  readonly code: string;
  readonly isAsync: boolean;
  /** Position in `code` -> position in the cell; undefined for text that the compiler added. */
  position(line: number, column: number): Position | undefined;
}

/** What a cell came to: wrapped, so that a promise as the last expression stays a promise; undefined when there is no last expression. */
export type Outcome = { readonly value: unknown } | undefined;

export type CompileResult =
  | { readonly ok: true; readonly compiled: Compiled }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Stays in the user process; it knows what earlier cells declared. */
export interface Compiler {
  compile(cell: Cell): CompileResult;
  /** Maps a frame inside a local `.ts` file that `import` brought in (already positions-preserving files need none). */
  position?(url: string, line: number, column: number): Position | undefined;
}

/**
 * Made once, at the start of the user process; it may register module hooks (reload of changed `.ts`, JSON, `exports`
 * maps), all resolving from `folder`. It must cost little: what the first cell does not need loads later.
 */
export type CreateCompiler = (options: {
  /** The notebook's folder, absolute: imports resolve from here. */
  readonly folder: string;
  /** The absolute filename under which the kernel runs a cell; `import.meta` and relative imports count from it. */
  readonly filename: (cell: Cell) => string;
  /** Called with the real namespace of each module that a cell imports, before the cell sees it; what it returns is used (tslab's display is adopted here). */
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

/** Driven by the front process; every answer is asynchronous, and none waits for the user process except live names. */
export interface Checker {
  /** Starts the child in the background; resolves when check() answers quickly. Safe to call again. */
  start(): Promise<void>;
  /** True once start() has come through; before that the kernel runs cells unchecked, and shows check()'s answer afterwards. */
  readonly ready: boolean;
  /** True when this cell is to be checked: the setting is on and the cell does not carry the comment that turns it off. */
  wants(source: string): boolean;
  /** Checks a cell against the cells accepted so far; does not accept it. */
  check(cell: Cell): Promise<readonly Diagnostic[]>;
  /** The cell runs: what it declares is in scope of later cells. Called in the order in which cells run. */
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
  /** Asks the running program for live names; answers [] when nobody knows or the program is busy (the front sets the time limit). */
  readonly live: (ask: {
    readonly kind: string;
    readonly prefix: string;
  }) => Promise<readonly { readonly value: string; readonly doc: string }[]>;
  /** FBF_KERNEL_LOG; never a cell. */
  readonly log: (line: string) => void;
  /** The pids of child processes, for the memory figure and for chaos tests. */
  readonly spawned?: (pid: number) => void;
}) => Checker;

/** Runs in the front process without the checker; loaded at the first is_complete_request. */
export type IsComplete = (source: string) => Completeness | Promise<Completeness>;
