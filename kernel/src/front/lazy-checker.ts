import type { Cell, Checker, Completion, CreateChecker, Diagnostic, Inspection } from '../language/language.ts';

/** The type checker, loaded and started only after the first cell, which would otherwise share the CPU with it. */
export interface LazyChecker {
  get(): Checker | undefined;
  start(): Promise<void>;
  ready(): boolean;
  wants(source: string): boolean;
  /** [] when the checker cannot answer: a cell never fails because its types could not be checked. */
  check(cell: Cell): Promise<readonly Diagnostic[]>;
  accept(cell: Cell): void;
  complete(source: string, cursor: number): Promise<Completion | undefined>;
  inspect(source: string, cursor: number, detail: number): Promise<Inspection | undefined>;
  close(): void;
}

type Options = Parameters<CreateChecker>[0];

/** Longest time in milliseconds that a cell waits for its types to be checked. */
const PATIENCE = 15_000;

const within = <T>(ms: number, work: Promise<T>, late: T): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, late);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });

/** FBF_KERNEL_CHECK=0 turns type checking of cells off; completion and hover still work. */
const off = process.env['FBF_KERNEL_CHECK'] === '0';

/** Loads and starts the checker once; the actions in `early` are carried out first, in order. */
const createLoader = (options: Options) => {
  let checker: Checker | undefined;
  let starting: Promise<Checker | undefined> | undefined;
  const early: ((checker: Checker) => void)[] = [];
  const load = async (): Promise<Checker> => {
    const { createChecker } = await import('../language/checker.ts');
    const made = createChecker(options);
    checker = made;
    const warm = made.start();
    for (const action of early.splice(0)) action(made);
    await warm;
    return made;
  };
  const started = (): Promise<Checker | undefined> =>
    (starting ??= load().catch((error: unknown) => {
      options.log(`checker: ${String(error)}`);
      return undefined;
    }));
  return { early, started, get: (): Checker | undefined => checker };
};

export const createLazyChecker = (options: Options): LazyChecker => {
  const { early, started, get } = createLoader(options);
  const ask = async <T>(what: (checker: Checker) => Promise<T>, otherwise: T): Promise<T> => {
    const asked = started().then((present) => (present ? what(present) : otherwise));
    return within(PATIENCE, asked, otherwise).catch((error: unknown) => {
      options.log(`checker: ${String(error)}`);
      return otherwise;
    });
  };
  return {
    get,
    start: async () => {
      await started();
    },
    ready: () => get()?.ready ?? false,
    wants: (source) => !off && (get()?.wants(source) ?? true),
    check: (cell) => {
      if (get()) return ask((present) => present.check(cell), []);
      return new Promise((resolve) => {
        early.push((present) => {
          resolve(present.wants(cell.source) ? ask(() => present.check(cell), []) : []);
        });
      });
    },
    accept: (cell) => {
      const checker = get();
      if (checker) checker.accept(cell);
      else {
        early.push((present) => {
          present.accept(cell);
        });
      }
    },
    complete: (source, cursor) => ask<Completion | undefined>((present) => present.complete(source, cursor), undefined),
    inspect: (source, cursor, detail) => ask((present) => present.inspect(source, cursor, detail), undefined),
    close: () => {
      get()?.close();
    },
  };
};
