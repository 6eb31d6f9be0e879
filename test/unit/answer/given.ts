import { answerFrom, type Answer } from '../../../src/lib/answer/answer.ts';
import type { How } from '../../../src/lib/answer/how.ts';
import type { ColumnDoc } from '../../../src/lib/columns/column.ts';
import { growTable } from '../../../src/lib/columns/grow.ts';

/** The provenance of the answers in the tests. */
export const HOW: How = {
  id: 'test',
  as: 'req',
  question: 'request-latency',
  tool: 'ftrace',
  reader: '',
  whyNotBetter: 'no bpftrace here',
  cannotSee: ['requests that ended before'],
  grain: 'events',
  seen: 5,
  lost: 0,
  coverage: 1,
  overhead: { ours: { cpu: 0.2, memory: 6e6, bytes: 1000 }, added: 0, wall: 60 },
  host: 'web1',
  kernel: '6.18',
  tools: { perf: '6.1' },
  program: 'cat trace_pipe',
  code: "host.ask('request-latency')",
  from: new Date('2026-11-23T09:00:00Z'),
  to: new Date('2026-11-23T09:01:00Z'),
  clockError: 0.0001,
  recording: '/cases/1',
};

export type Docs = Readonly<Record<string, ColumnDoc>>;

export const T: ColumnDoc = { unit: 's', doc: 'When.', clock: 'monotonic' };
export const SPAN: ColumnDoc = { unit: 's', doc: 'How long.', span: true };

/** An answer of the given rows. */
export const given = <R extends object>(docs: Docs, rows: readonly Partial<R>[], how: Partial<How> = {}): Answer<R> => {
  const grower = growTable(docs);
  for (const row of rows) grower.push(row as Readonly<Record<string, number | string | undefined>>);
  return answerFrom<R>(grower.table(), { ...HOW, ...how });
};

export interface Request {
  t: number;
  latency: number;
  peer: string | undefined;
  tid: number;
}

const REQUEST: Docs = {
  t: T,
  latency: { unit: 's', doc: 'How long the caller waited.', span: true },
  peer: { unit: '', doc: 'Who called.' },
  tid: { unit: 'id', doc: 'Thread.', ref: 'tid' },
};

export const REQUESTS: readonly Partial<Request>[] = [
  { t: 0, latency: 0.01, peer: 'a', tid: 1 },
  { t: 1, latency: 0.2, peer: 'b', tid: 1 },
  { t: 2, peer: 'a', tid: 2 },
  { t: 3, latency: 0.03, tid: 2 },
  { t: 4, latency: 0.5, peer: 'b', tid: 1 },
];

/** Five requests; the third has no latency, the fourth no peer. */
export const requests = (how: Partial<How> = {}): Answer<Request> => given<Request>(REQUEST, REQUESTS, how);
