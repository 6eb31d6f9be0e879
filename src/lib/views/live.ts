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

/** A display in the notebook that is replaced by each update. */
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

/** In a terminal, one line that is overwritten by each update; elsewhere only the last one is written. */
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
 * Shows a figure of the data captured so far, redrawn once a second in the same output; when the capture ends, the
 * complete figure replaces it. A terminal shows the sentence in one line. Resolves to the answer.
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
      // There are too few data for this figure yet. A real error is thrown when the figure is drawn at the end.
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
