import type { Cell } from '../language/language.ts';
import type { DoneMessage, Failure, Rendered } from '../messages.ts';
import type { CellRecord } from './cells.ts';
import { diagnosticFailure } from './diagnostics.ts';
import type { History } from './history.ts';
import type { LazyChecker } from './lazy-checker.ts';
import type { CellOutput, StreamName } from './output.ts';
import { pageQuery } from './pager.ts';
import { flag, type Out, type Request, text } from './requests.ts';
import { type CellRunner, createCellRunner } from './run-cell.ts';
import type { Session } from './session.ts';
import type { Json } from './wire.ts';

export interface ExecuteParts {
  readonly out: Out;
  readonly session: Session;
  readonly checker: LazyChecker;
  readonly history: History;
  readonly output: (name: string, publish: (stream: StreamName, text: string) => void) => CellOutput;
}

/** One execute_request that is being carried out. */
interface Execution {
  readonly request: Request;
  readonly silent: boolean;
  readonly count: number;
  readonly line: ReturnType<History['add']> | undefined;
}

/** Requests that arrived before the error reply is sent are aborted: waits until the socket has been read once more. */
const socketRead = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const expressionsOf = ({ content }: Request): Record<string, string> => {
  const wanted = content['user_expressions'];
  const entries: [string, unknown][] = typeof wanted === 'object' && wanted !== null ? Object.entries(wanted) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};

/** Turns the end of a cell into the failure that its reply carries, or the result that is shown. */
const judge = (cell: Cell, done: DoneMessage | Failure): Failure | { readonly result: Rendered | undefined } => {
  if (!('kind' in done)) return done;
  const { outcome } = done;
  if (outcome.status === 'invalid') return diagnosticFailure(cell, outcome.diagnostics);
  if (outcome.status === 'ok') return { result: outcome.result };
  const { ename, evalue, traceback } = outcome;
  return { ename, evalue, traceback };
};

/** Sends the reply of a cell that failed; true when the requests queued behind it are to be aborted. */
const fail = async (out: Out, { request, silent, count }: Execution, failure: Failure, payload: readonly Json[]) => {
  const stopping = flag(request, 'stop_on_error', true);
  if (!silent) out.publish('error', request.header, { ...failure });
  if (stopping) await socketRead();
  const content = { status: 'error', execution_count: count, ...failure, user_expressions: {}, payload };
  out.send(request, 'execute_reply', content);
  return stopping;
};

const succeed = (
  out: Out,
  { request, silent, count, line }: Execution,
  result: Rendered | undefined,
  more: Json,
): false => {
  if (result && !silent) {
    const plain = result.data['text/plain'];
    if (line && typeof plain === 'string') line.output = plain;
    out.publish('execute_result', request.header, { execution_count: count, ...result });
  }
  out.send(request, 'execute_reply', { status: 'ok', execution_count: count, ...more });
  return false;
};

const page = async (out: Out, checker: LazyChecker, execution: Execution, query: string): Promise<boolean> => {
  const found = await checker.inspect(query, query.length, 1);
  const plain = { 'text/plain': found?.text ?? `${query}: no documentation found` };
  const data = found ? { ...plain, 'text/markdown': found.markdown } : plain;
  return succeed(out, execution, undefined, { user_expressions: {}, payload: [{ source: 'page', data, start: 0 }] });
};

interface Counts {
  cells: number;
  count: number;
}

/** A record for a request, under which the output of the cell appears. */
const recordOf = ({ out, output }: ExecuteParts, counts: Counts, request: Request): CellRecord => ({
  cell: ++counts.cells,
  request,
  output: output(`In[${counts.count}]`, (stream, text) => {
    out.publish('stream', request.header, { name: stream, text });
  }),
});

const runCell = async (out: Out, runner: CellRunner, record: CellRecord, execution: Execution, source: string) => {
  const { request, silent, count } = execution;
  const cell: Cell = { id: record.cell, name: `In[${count}]`, source };
  const { id, name } = cell;
  const stdin = flag(request, 'allow_stdin', false);
  const message = { kind: 'run', cell: id, name, source, silent, stdin, expressions: expressionsOf(request) } as const;
  const done = await runner.run({ record, cell, message });
  record.output.end();
  const judged = judge(cell, done);
  const payload = 'kind' in done ? done.payload : [];
  if ('ename' in judged) return fail(out, execution, judged, payload);
  return succeed(out, execution, judged.result, { user_expressions: 'kind' in done ? done.expressions : {}, payload });
};

/** Carries out execute requests, counts them and keeps the history. */
export const createExecutor = (parts: ExecuteParts) => {
  const { out, session, checker, history } = parts;
  const runner = createCellRunner(session, checker);
  const counts: Counts = { cells: 0, count: 0 };
  return {
    record: (request: Request): CellRecord => recordOf(parts, counts, request),
    interrupt: runner.interrupt,
    /** Answers an execute_request that was queued behind one that failed. */
    abort: (request: Request): void => {
      out.publish('status', request.header, { execution_state: 'busy' });
      out.send(request, 'execute_reply', { status: 'aborted', execution_count: counts.count });
      out.publish('status', request.header, { execution_state: 'idle' });
    },
    /** Runs one execute_request until its reply; true when the requests queued behind it are to be aborted. */
    execute: async (request: Request): Promise<boolean> => {
      const source = text(request, 'code');
      const silent = flag(request, 'silent', false);
      const stored = !silent && flag(request, 'store_history', true);
      out.publish('status', request.header, { execution_state: 'busy' });
      if (stored) counts.count++;
      const { count } = counts;
      const execution: Execution = { request, silent, count, line: stored ? history.add(count, source) : undefined };
      if (!silent) out.publish('execute_input', request.header, { code: source, execution_count: count });
      const query = pageQuery(source);
      const abort = await (query === undefined
        ? runCell(out, runner, recordOf(parts, counts, request), execution, source)
        : page(out, checker, execution, query));
      out.publish('status', request.header, { execution_state: 'idle' });
      return abort;
    },
  };
};

export type Executor = ReturnType<typeof createExecutor>;
