import { randomUUID } from 'node:crypto';
import { FridayError } from '../../../src/lib/errors.ts';
import { type Bundle, type Kernel, KERNEL, type LiveCompleter } from '../../../src/lib/kernel.ts';
import { awaitCapture, capturing } from './captures.ts';
import { livingCell, currentCell } from './cells.ts';
import { onComm, openComm } from './comms.ts';
import { send } from './link.ts';
import { describe, metadataOf, render, toBundle } from './render.ts';

interface Options {
  readonly id?: string;
  readonly metadata?: Bundle;
}

const show = (type: 'display_data' | 'update_display_data', bundle: object, { id, metadata }: Options): void => {
  const { id: cell, silent } = livingCell();
  if (silent) return;
  const transient = id === undefined ? {} : { display_id: id };
  const content = { data: toBundle(bundle), metadata: metadata ?? metadataOf(bundle), transient };
  send({ kind: 'display', cell, type, content });
};

const asked = new Map<number, (value: string | undefined) => void>();
let asks = 0;

/** Passes the answer to an input request on; undefined if the front end cannot ask. */
export const answered = (ask: number, value: string | undefined): void => {
  const answer = asked.get(ask);
  asked.delete(ask);
  answer?.(value);
};

const prompt = (text: string, { password = false }: { readonly password?: boolean } = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const cell = livingCell();
    const ask = ++asks;
    asked.set(ask, (value) => {
      if (value !== undefined) resolve(value);
      else {
        const next = 'Run the cell in a notebook, or use a key or an agent instead of a password.';
        reject(
          new FridayError(
            'auth',
            `prompt: ${JSON.stringify(text)} needs an answer, but this front end cannot ask for one`,
            {
              next,
            },
          ),
        );
      }
    });
    send({ kind: 'input', cell: cell.id, ask, text, password });
  });

const completers = new Set<LiveCompleter>();

/** The names that all registered completers offer; a completer that fails offers none. */
export const liveNames = async (kind: string, prefix: string): Promise<readonly { value: string; doc: string }[]> => {
  const found = await Promise.all([...completers].map(async (complete) => complete({ kind, prefix }).catch(() => [])));
  return found.flat();
};

const kernel: Kernel = {
  display: (bundle, options = {}) => {
    show('display_data', bundle, options);
  },
  update: (id, bundle, options = {}) => {
    show('update_display_data', bundle, { ...options, id });
  },
  prompt,
  file: process.env['FBF_KERNEL_FILE'],
  get signal() {
    return currentCell().controller.signal;
  },
  awaiting: (stop) => awaitCapture(currentCell(), stop),
  capturing,
  comm: openComm,
  complete: (completer) => {
    completers.add(completer);
    return () => void completers.delete(completer);
  },
};

const page = (content: unknown): void => {
  const data = typeof content === 'string' ? { 'text/plain': content } : toBundle(Object(content) as object);
  livingCell().payload.push({ source: 'page', data: { 'text/plain': describe(content), ...data }, start: 0 });
};

/** The global `jupyter`; globals.d.ts documents its members. */
const jupyter = {
  display: (bundle: Bundle, options?: Options): void => {
    kernel.display(bundle, options);
  },
  update: (id: string, bundle: Bundle, options?: Options): void => {
    kernel.update(id, bundle, options);
  },
  prompt,
  comm: openComm,
  show: async (value: unknown, options: Options = {}): Promise<string> => {
    const id = options.id ?? randomUUID();
    const rendered = await render(value);
    if (rendered) show('display_data', rendered.data, { metadata: rendered.metadata, ...options, id });
    return id;
  },
  clear: ({ wait = false }: { readonly wait?: boolean } = {}): void => {
    send({ kind: 'clear', cell: livingCell().id, wait });
  },
  page,
  onComm,
  get signal() {
    return kernel.signal;
  },
};

/** Sets the two globals: the contract that the library looks for, and `jupyter` for cells. */
export const offerContract = (): void => {
  Object.defineProperty(globalThis, KERNEL, { value: kernel, configurable: true });
  Object.defineProperty(globalThis, 'jupyter', { value: jupyter, configurable: true, writable: true });
};
