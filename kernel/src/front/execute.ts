import type { Cell, Diagnostic } from '../language/language.ts';
import type { DoneMessage, Failure, RunMessage } from '../messages.ts';
import { diagnosticFailure, diagnosticText } from './diagnostics.ts';
import { stopped } from './endings.ts';
import type { History } from './history.ts';
import type { CellOutput, StreamName } from './output.ts';
import { pageQuery } from './pager.ts';
import { flag, type Out, type Request, text } from './requests.ts';
import type { CellRecord, Session } from './session.ts';
import type { LazyChecker } from './lazy-checker.ts';
import type { Json } from './wire.ts';

export interface ExecuteParts {
  readonly out: Out;
  readonly session: Session;
  readonly checker: LazyChecker;
  readonly history: History;
  readonly output: (name: string, publish: (stream: StreamName, text: string) => void) => CellOutput;
}

export interface Executor {
  /** Runs one execute_request to its reply; true when what is queued behind it is to be aborted. */
  execute(request: Request): Promise<boolean>;
  /** Answers an execute_request that stands behind one that failed. */
  abort(request: Request): void;
  /** Takes back the cells that wait for their types; those that run are stopped by the session. */
  interrupt(): void;
  /** A record for messages that belong to no cell, e.g. a comm message from the front end. */
  record(request: Request): CellRecord;
}

const errorReply = (failure: Failure, count: number, payload: readonly Json[] = []): Json => ({
  status: 'error',
  execution_count: count,
  ...failure,
  user_expressions: {},
  payload,
});

/** Requests that came in before the failing reply leaves are aborted; two turns of the loop read what the socket holds. */
const gathered = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const expressionsOf = ({ content }: Request): Record<string, string> => {
  const wanted = content['user_expressions'];
  const entries = typeof wanted === 'object' && wanted !== null ? Object.entries(wanted) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};

export const createExecutor = (parts: ExecuteParts): Executor => {
  const { out, session, checker, history } = parts;
  const checking = new Set<() => void>();
  let cells = 0;
  let count = 0;

  const record = (request: Request, name = `In[${count}]`): CellRecord => ({
    cell: ++cells,
    request,
    output: parts.output(name, (stream, text) => {
      out.publish('stream', request.header, { name: stream, text });
    }),
  });
  const messageOf = (request: Request, cell: Cell, hold: boolean): RunMessage => ({
    kind: 'run',
    cell: cell.id,
    name: cell.name,
    source: cell.source,
    silent: flag(request, 'silent', false),
    stdin: flag(request, 'allow_stdin', false),
    expressions: expressionsOf(request),
    hold,
  });
  /** The checker's errors, or 'stopped' when the cell was stopped while it was at it. */
  const checked = (cell: Cell): Promise<readonly Diagnostic[] | 'stopped'> =>
    new Promise((resolve) => {
      const stop = (): void => {
        resolve('stopped');
      };
      checking.add(stop);
      void checker.check(cell).then((found) => {
        checking.delete(stop);
        resolve(found);
      });
    });
  /** Types first, then the cell; the user process compiles while the types are being checked. */
  const runChecked = async (request: Request, entry: CellRecord, cell: Cell): Promise<DoneMessage | Failure> => {
    const running = session.run(entry, messageOf(request, cell, true));
    const found = await checked(cell);
    const drop = (failure: Failure): Failure => {
      session.send({ kind: 'drop', cell: cell.id });
      return failure;
    };
    if (found === 'stopped') return drop(stopped);
    const errors = found.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) return drop(diagnosticFailure(cell, errors));
    checker.accept(cell);
    session.send({ kind: 'go', cell: cell.id });
    return running;
  };
  /** The checker is still warming up: the cell runs, and what is wrong with it follows. */
  const runUnchecked = (request: Request, entry: CellRecord, cell: Cell, wanted: boolean): Promise<DoneMessage> => {
    if (wanted) {
      void checker.check(cell).then((found) => {
        if (found.length > 0) entry.output.write('stderr', diagnosticText(cell, found));
      });
    }
    checker.accept(cell);
    return session.run(entry, messageOf(request, cell, false));
  };
  const run = async (request: Request, entry: CellRecord, cell: Cell): Promise<DoneMessage | Failure> => {
    const wanted = checker.wants(cell.source);
    return wanted && checker.ready() ? runChecked(request, entry, cell) : runUnchecked(request, entry, cell, wanted);
  };
  const page = async (request: Request, query: string): Promise<boolean> => {
    const found = await checker.inspect(query, query.length, 1);
    const data = found
      ? { 'text/plain': found.text, 'text/markdown': found.markdown }
      : { 'text/plain': `${query}: nothing known` };
    const payload = [{ source: 'page', data, start: 0 }];
    out.send(request, 'execute_reply', { status: 'ok', execution_count: count, user_expressions: {}, payload });
    return false;
  };
  const fail = async (
    request: Request,
    failure: Failure,
    silent: boolean,
    payload: readonly Json[] = [],
  ): Promise<boolean> => {
    if (!silent) out.publish('error', request.header, { ...failure });
    if (flag(request, 'stop_on_error', true)) await gathered();
    out.send(request, 'execute_reply', errorReply(failure, count, payload));
    return flag(request, 'stop_on_error', true);
  };
  const finish = async (
    request: Request,
    entry: CellRecord,
    cell: Cell,
    silent: boolean,
    line?: { output: string | null },
  ) => {
    const done = await run(request, entry, cell);
    entry.output.end();
    if (!('kind' in done)) return fail(request, done, silent);
    const { outcome, payload } = done;
    if (outcome.status === 'error') return fail(request, { ...failureOf(outcome) }, silent, payload);
    if (outcome.status === 'invalid') return fail(request, diagnosticFailure(cell, outcome.diagnostics), silent);
    if (outcome.result && !silent) {
      const plain = outcome.result.data['text/plain'];
      if (line && typeof plain === 'string') line.output = plain;
      out.publish('execute_result', request.header, { execution_count: count, ...outcome.result });
    }
    const reply = { status: 'ok', execution_count: count, user_expressions: done.expressions, payload };
    out.send(request, 'execute_reply', reply);
    return false;
  };
  return {
    record,
    interrupt: () => {
      for (const stop of checking) stop();
      checking.clear();
    },
    abort: (request) => {
      out.publish('status', request.header, { execution_state: 'busy' });
      out.send(request, 'execute_reply', { status: 'aborted', execution_count: count });
      out.publish('status', request.header, { execution_state: 'idle' });
    },
    execute: async (request) => {
      const source = text(request, 'code');
      const silent = flag(request, 'silent', false);
      const stored = !silent && flag(request, 'store_history', true);
      out.publish('status', request.header, { execution_state: 'busy' });
      if (stored) count++;
      const line = stored ? history.add(count, source) : undefined;
      if (!silent) out.publish('execute_input', request.header, { code: source, execution_count: count });
      const query = pageQuery(source);
      const entry = record(request);
      const cell: Cell = { id: entry.cell, name: `In[${count}]`, source };
      const abort = query === undefined ? await finish(request, entry, cell, silent, line) : await page(request, query);
      out.publish('status', request.header, { execution_state: 'idle' });
      return abort;
    },
  };
};

const failureOf = ({ ename, evalue, traceback }: Failure): Failure => ({ ename, evalue, traceback });
