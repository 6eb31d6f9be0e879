import { FridayError } from '../../errors.ts';

/** A function of a node, with its place in the source; lines and columns count from 0. */
interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface Node {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children: readonly number[];
}

/** The Profile type of the DevTools protocol, as far as it is used. Times are in microseconds of CLOCK_MONOTONIC. */
export interface V8Profile {
  readonly nodes: readonly Node[];
  readonly startTime: number;
  readonly endTime: number;
  /** The node of each sample, and the time since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const odd = (what: string, got: unknown): never => {
  throw new FridayError('input', `V8's profile: expected ${what}, got ${(JSON.stringify(got) as string | undefined ?? "nothing").slice(0, 100)}`, { next: 'Record it again.' }); // prettier-ignore
};

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown, what: string): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : odd(what, value);
const number = (value: unknown, what: string): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : odd(what, value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown, what: string): readonly unknown[] => (Array.isArray(value) ? value : odd(what, value));
const numbers = (value: unknown, what: string): readonly number[] => {
  const values = list(value, what);
  return values.every((each) => typeof each === 'number') ? values : odd(`${what} of numbers`, value);
};

const nodeOf = (value: unknown): Node => {
  const { id, callFrame, children = [] } = fields(value, 'a node');
  const { functionName, url, lineNumber, columnNumber } = fields(callFrame, "a node's callFrame");
  return {
    id: number(id, "a node's id"),
    children: numbers(children, "a node's children"),
    callFrame: {
      functionName: text(functionName),
      url: text(url),
      lineNumber: number(lineNumber, 'a line'),
      columnNumber: number(columnNumber, 'a column'),
    },
  };
};

/** Reads the JSON of a profile; throws 'input' for anything else. */
export const readV8Profile = (json: string): V8Profile => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new FridayError('input', "V8's profile: expected JSON, got text that is not", { next: 'Record it again.', cause }); // prettier-ignore
  }
  const { nodes, startTime, endTime, samples, timeDeltas } = fields(value, 'an object');
  return {
    nodes: list(nodes, 'nodes').map(nodeOf),
    startTime: number(startTime, 'startTime'),
    endTime: number(endTime, 'endTime'),
    samples: numbers(samples, 'samples'),
    timeDeltas: numbers(timeDeltas, 'timeDeltas'),
  };
};
