import { randomUUID } from 'node:crypto';
import type { Pending, View } from '../api.ts';
import { currentKernel, type Bundle } from '../kernel.ts';
import { TEXT } from '../mime.ts';
import { DISPLAY, QUICK, type Shown } from './view.ts';

const EVERY = 1000;

/** Where a live figure goes. */
export interface Screen {
  show(bundle: Bundle): void;
  end(bundle: Bundle): void;
}

/** One display in the notebook, replaced each time. */
const notebookScreen = (): Screen | undefined => {
  const kernel = currentKernel();
  if (kernel === undefined) return undefined;
  const id = randomUUID();
  let shown = false;
  const show = (bundle: Bundle): void => {
    if (shown) kernel.update(id, bundle);
    else kernel.display(bundle, { id });
    shown = true;
  };
  return { show, end: show };
};

/** One line in a terminal, written over each time; elsewhere only the last one. */
export const lineScreen = (out: { write(text: string): unknown; readonly isTTY?: boolean }): Screen => {
  let width = 0;
  const line = (bundle: Bundle): string => {
    const text = (bundle[TEXT] as string).split('\n')[0] ?? '';
    const padded = text.padEnd(width);
    width = text.length;
    return padded;
  };
  return {
    show(bundle) {
      if (out.isTTY) out.write(`\r${line(bundle)}`);
    },
    end(bundle) {
      out.write(`${out.isTTY ? '\r' : ''}${line(bundle)}\n`);
    },
  };
};

const isShown = (view: View): view is Shown => DISPLAY in view;

const bundleOf = async (view: View, last: boolean): Promise<Bundle> => {
  if (!isShown(view)) return { [TEXT]: 'no figure' };
  return (last ? undefined : view[QUICK]?.()) ?? view[DISPLAY]();
};

/**
 * Shows a figure of what has been captured until now, drawn anew once a second in one output, and in its place the whole
 * figure with its picture when the capture has ended; in a terminal its sentence on one line. Resolves to the answer.
 */
export const live = async <T>(
  pending: Pending<T>,
  figure: (sofar: T) => View,
  {
    every = EVERY,
    screen = notebookScreen() ?? lineScreen(process.stdout),
  }: { readonly every?: number; readonly screen?: Screen } = {},
): Promise<T> => {
  let drawing: Promise<void> = Promise.resolve();
  const draw = async (): Promise<void> => {
    const { sofar } = pending;
    if (sofar === undefined) return;
    try {
      screen.show(await bundleOf(figure(sofar), false));
    } catch {
      // Too little has come yet for this figure. What is wrong with it shows at the end, where it is thrown.
    }
  };
  const timer = setInterval(() => {
    drawing = drawing.then(draw);
  }, every);
  try {
    const answer = await pending;
    clearInterval(timer);
    await drawing;
    screen.end(await bundleOf(figure(answer), true));
    return answer;
  } finally {
    clearInterval(timer);
  }
};
