import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { View } from '../api.ts';
import { FridayError } from '../errors.ts';
import type { Bundle } from '../kernel.ts';
import { MARKDOWN, PNG, TEXT } from '../mime.ts';
import { printable } from '../printable.ts';
import { writing } from '../write-errors.ts';

/** Method of a live chart's view: the bundle without the PNG, which takes longest to draw. */
export const QUICK = Symbol('quick');

/** Method that a kernel calls on the value of a cell: it returns a MIME bundle, or a promise of one. */
export const DISPLAY = Symbol.for('Jupyter.display');

/** A figure as data: its forms, each with the given sentence as caption. */
export interface Figure {
  /** Its default caption. */
  readonly say: string;
  bundle(say: string): Promise<Bundle>;
  /** The bundle without the PNG, for a chart that is redrawn each second. */
  quick?(say: string): Bundle;
  /** The figure as SVG, if it can be drawn. */
  svg?(say: string): Promise<string>;
  /** The chart as Vega-Lite, if it is a chart. */
  vegalite?(say: string): Readonly<Record<string, unknown>>;
}

/** A view as the library returns it: kernels display it, users save it. */
export interface Shown extends View {
  /** Its caption. */
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

/** The contents of a file of that name, by its extension. */
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

/** A figure as a View, with its default caption or the given one. */
export const viewOf = (figure: Figure, say = figure.say): Shown => ({
  say,
  caption: (text) => viewOf(figure, printable(text)),
  save: async (file) => {
    await writing(file, writeFile(file, await fileOf(figure, say, file)));
  },
  [DISPLAY]: () => figure.bundle(say),
  [QUICK]: () => (figure.quick === undefined ? figure.bundle(say) : Promise.resolve(figure.quick(say))),
});

/** The same figure with `first` at the beginning of its caption, even after a new caption is set. */
export const captionedFirst = (view: Shown, first: string | undefined): Shown => {
  if (first === undefined) return view;
  const under = (text: string): Shown => ({
    ...view,
    ...view.caption(text.startsWith(first) ? text : `${first} ${text}`),
    caption: under,
  });
  return under(view.say ?? '');
};

/** Splits a caption that begins with the cut into its two parts: the front end shows the first as a warning. */
export const cutApart = (cut: string | undefined, say: string): { readonly say: string; readonly cut?: string } =>
  cut !== undefined && say.startsWith(cut) ? { say: say.slice(cut.length).trimStart(), cut } : { say };

/** The caption of an image, which cannot colour a warning. */
export const warned = (cut: string | undefined, say: string): string =>
  cut !== undefined && say.startsWith(cut) ? `Warning: ${say}` : say;
