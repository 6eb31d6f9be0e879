import { createCellScope } from './cell-scope.ts';
import { checkCell, put, warm } from './check-cell.ts';
import type { Prepared } from './check-cell.ts';
import { createCompleter } from './complete.ts';
import { findDeclarations } from './declarations.ts';
import { createInspector } from './inspect.ts';
import type { Cell, CreateChecker, Diagnostic } from './language.ts';
import { createLocalFiles } from './local-types.ts';
import { plainTypes } from './plain-types.ts';
import type { PlainTypes } from './plain-types.ts';
import type { Project } from './project.ts';
import { scan } from './tokens.ts';

/** `// @ts-nocheck` among the comments at the start of a cell. */
const NOCHECK = /^(?:\s|\/\/(?!\s*@ts-nocheck).*|\/\*[^]*?\*\/)*\/\/\s*@ts-nocheck\b/;

interface Session {
  readonly ready: boolean;
  /** Runs work on the program, one piece after the other, since each changes the program. */
  inOrder<T>(work: (open: Project) => Promise<T>): Promise<T>;
  close(): void;
}

/** The compiler's process: started by the first question, and again by the next one if it has exited. */
const createSession = (
  launch: () => Promise<Project>,
  { log, spawned }: { log: (line: string) => void; spawned?: ((pid: number) => void) | undefined },
): Session => {
  let project: Promise<Project> | undefined;
  let ready = false;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<Project> => {
    const opened = await launch();
    if (opened.native.pid !== undefined) spawned?.(opened.native.pid);
    void opened.native.ended.then(() => {
      project = undefined;
      ready = false;
      if (!closed) log('the type checker exited; the next question starts it again');
    });
    ready = true;
    return opened;
  };
  const open = async (): Promise<Project> => {
    project ??= begin();
    return project.catch((error: unknown) => {
      project = undefined;
      throw error;
    });
  };
  return {
    get ready() {
      return ready;
    },
    inOrder: (work) => {
      const result = queue.then(async () => work(await open()));
      queue = result.catch(() => undefined);
      return result;
    },
    close: () => {
      closed = true;
      void project?.then(({ native }) => {
        native.close();
      });
    },
  };
};

/** The plain types of a checked cell's variables; empty if the program has changed before it answered. */
const typesLeft = (project: Project, { source }: Cell): Promise<PlainTypes> =>
  plainTypes(project, findDeclarations(scan(source).tokens)).catch(() => new Map());

/** Checks, completes and explains cells with the native TypeScript compiler in its own process. */
export const createChecker: CreateChecker = ({ folder, live, log, spawned }) => {
  const scope = createCellScope();
  const files = createLocalFiles(folder);
  const session = createSession(() => warm(folder, scope, log), { log, spawned });
  /** Changes the accepted cells, in order with the questions. */
  const move = (change: () => Promise<void> | void): void => {
    session
      .inOrder(async (opened) => {
        await change();
        await opened.update(opened.scopeFile, scope.text());
      })
      .catch((error: unknown) => {
        log(`checker: ${String(error)}`);
      });
  };
  /** The cell that was checked last; its types are asked while it is still the program's current cell. */
  let checked: { readonly source: string; readonly plain: Promise<PlainTypes> } | undefined;
  const check = async (opened: Project, cell: Cell): Promise<readonly Diagnostic[]> => {
    const found = await checkCell(opened, scope, files, cell);
    if (found.length === 0) checked = { source: cell.source, plain: typesLeft(opened, cell) };
    return found;
  };
  const prepare = (text: string, opened: Project): Promise<Prepared> => put(opened, scope, text, new Set());
  const completer = createCompleter({ prepare, live });
  const inspector = createInspector({ scope, prepare });
  return {
    start: () => session.inOrder(() => Promise.resolve()),
    get ready() {
      return session.ready;
    },
    wants: (source) => !NOCHECK.test(source),
    check: (cell) => session.inOrder((opened) => check(opened, cell)),
    accept: (cell) => {
      const declarations = findDeclarations(scan(cell.source).tokens);
      if (declarations.declared.length === 0) return; // nothing declared: the program need not change
      const known = checked?.source === cell.source ? checked.plain : undefined;
      move(async () => {
        scope.accept(cell.id, cell.source, declarations, await known);
      });
    },
    reset: () => {
      move(() => {
        scope.clear();
      });
    },
    complete: (source, cursor) => session.inOrder((opened) => completer(opened, source, cursor)),
    inspect: (source, cursor, detail) => session.inOrder((opened) => inspector(opened, source, cursor, detail)),
    close: () => {
      session.close();
    },
  };
};
