import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { View } from '../api.ts';
import { FridayError } from '../errors.ts';
import type { Bundle } from '../kernel.ts';
import { MARKDOWN, PNG, TEXT } from '../mime.ts';
import { printable } from '../printable.ts';
import { writing } from '../write-errors.ts';

/** What a live chart asks for: the bundle without the picture, which takes longest. */
export const QUICK = Symbol('quick');

/** What a kernel asks a cell's last value for: a MIME bundle, or a promise of one. */
export const DISPLAY = Symbol.for('Jupyter.display');

/** A figure as data: everything that is shown of it, given the sentence that stands above it. */
export interface Figure {
  /** The sentence that it has until somebody captions it. */
  readonly say: string;
  bundle(say: string): Promise<Bundle>;
  /** The same without its picture, for a chart that is drawn anew each second. */
  quick?(say: string): Bundle;
  /** The picture as SVG, where there is one. */
  svg?(say: string): Promise<string>;
  /** The chart as Vega-Lite, where it is one. */
  vegalite?(say: string): Readonly<Record<string, unknown>>;
}

/** A view as the library hands it out: shown by kernels, saved by people. */
export interface Shown extends View {
  /** The sentence that stands above it. */
  readonly say?: string;
  readonly [DISPLAY]: () => Promise<Bundle>;
  readonly [QUICK]?: () => Promise<Bundle>;
}

const TYPES: Readonly<Record<string, string>> = { '.png': PNG, '.md': MARKDOWN, '.txt': TEXT };

const cannotSave = (file: string, types: readonly string[]): never => {
  throw new FridayError(
    'usage',
    `save: expected a name that ends in ${types.join(', ')}, got ${JSON.stringify(file)}`,
    {
      next: `For example: save(${JSON.stringify(`figure${types[0] ?? '.txt'}`)})`,
    },
  );
};

/** What a figure offers as a file of that name. */
const fileOf = async (figure: Figure, say: string, file: string): Promise<string | Uint8Array> => {
  const end = extname(file).toLowerCase();
  if (end === '.svg' && figure.svg !== undefined) return figure.svg(say);
  if (end === '.json' && figure.vegalite !== undefined)
    return `${JSON.stringify(figure.vegalite(say), undefined, 1)}\n`;
  const bundle = await figure.bundle(say);
  const offered = Object.entries(TYPES).filter(([, type]) => type in bundle);
  const type = offered.find(([name]) => name === end)?.[1];
  if (type === undefined) {
    const drawn = [...(figure.vegalite === undefined ? [] : ['.json']), ...(figure.svg === undefined ? [] : ['.svg'])];
    return cannotSave(file, [...offered.map(([name]) => name), ...drawn]);
  }
  return type === PNG ? Buffer.from(String(bundle[type]), 'base64') : String(bundle[type]);
};

/** A figure as a View, under its own sentence or the one given. */
export const viewOf = (figure: Figure, say = figure.say): Shown => ({
  say,
  caption: (text) => viewOf(figure, printable(text)),
  save: async (file) => {
    await writing(file, writeFile(file, await fileOf(figure, say, file)));
  },
  [DISPLAY]: () => figure.bundle(say),
  [QUICK]: () => (figure.quick === undefined ? figure.bundle(say) : Promise.resolve(figure.quick(say))),
});

/** The same figure, whose caption begins with `first`, also when it is captioned anew. */
export const captionedFirst = (view: Shown, first: string | undefined): Shown => {
  if (first === undefined) return view;
  const under = (text: string): Shown => ({
    ...view,
    ...view.caption(text.startsWith(first) ? text : `${first} ${text}`),
    caption: under,
  });
  return under(view.say ?? '');
};

/** A sentence that begins with the cut as its two parts: a front end draws the first as a warning. */
export const cutApart = (cut: string | undefined, say: string): { readonly say: string; readonly cut?: string } =>
  cut !== undefined && say.startsWith(cut) ? { say: say.slice(cut.length).trimStart(), cut } : { say };

/** The sentence of a picture, which has no colour for a warning. */
export const warned = (cut: string | undefined, say: string): string =>
  cut !== undefined && say.startsWith(cut) ? `Warning: ${say}` : say;
