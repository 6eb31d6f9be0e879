import { inspect } from 'node:util';
import type { Rendered } from '../messages.ts';

/** The symbol under which a bundle carries its metadata; see src/lib/kernel.ts. */
const METADATA = Symbol.for('fast-by-friday.metadata');

/** An object with this method defines its own display: https://docs.deno.com/runtime/reference/cli/jupyter/ */
const DISPLAY = Symbol.for('Jupyter.display');

type Bundle = Record<string, unknown>;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Text of any value; when a getter or inspector throws, the text says so. */
export const describe = (value: unknown): string => {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 200, maxStringLength: 100_000, breakLength: 100 });
  } catch (error) {
    return `[cannot be shown: ${error instanceof Error ? error.message : 'inspecting it threw an exception'}]`;
  }
};

const method = (value: object, name: string | symbol): ((...args: unknown[]) => unknown) | undefined => {
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'function' ? (found.bind(value) as (...args: unknown[]) => unknown) : undefined;
};

/** Bytes are sent as base64, as Jupyter's JSON requires. */
const encode = (data: unknown): unknown =>
  data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') : data;

/** A MIME bundle in the form in which it is sent. */
export const toBundle = (bundle: object): Bundle =>
  Object.fromEntries(Object.entries(bundle).map(([type, data]: [string, unknown]) => [type, encode(data)]));

/** The metadata that a bundle carries. */
export const metadataOf = (bundle: object): Bundle => {
  const carried: unknown = Reflect.get(bundle, METADATA);
  return isObject(carried) ? { ...carried } : {};
};

/** The Markdown of an arquero table, or of any object with toMarkdown() and numRows(). */
const table = (value: object): Bundle | undefined => {
  const rows = method(value, 'numRows');
  const markdown = rows && method(value, 'toMarkdown');
  if (!markdown) return undefined;
  const text = String(markdown({ limit: 50 }));
  return { 'text/markdown': text, 'text/plain': text };
};

/** The display of a value: by `Symbol.for("Jupyter.display")` (may be a promise), as a table, or as text. */
export const render = (value: unknown): Rendered | Promise<Rendered> | undefined => {
  if (value === undefined) return undefined;
  if (isObject(value)) {
    const own = method(value, DISPLAY);
    if (own) {
      const shown = own();
      if (shown instanceof Promise) return shown.then((bundle) => finish(value, bundle));
      return finish(value, shown);
    }
    const rows = table(value);
    if (rows) return { data: rows, metadata: {} };
  }
  return { data: { 'text/plain': describe(value) }, metadata: {} };
};

const finish = (value: unknown, bundle: unknown): Rendered =>
  isObject(bundle)
    ? { data: toBundle(bundle), metadata: metadataOf(bundle) }
    : { data: { 'text/plain': describe(value) }, metadata: {} };
