import { printable } from '../printable.ts';
import type { Difference } from '../stacks/diff.ts';
import type { Tree } from '../stacks/tree.ts';
import { changeColour, frameColour } from './flamegraph-colour.ts';
import { crop, layOut, type DrawnFrame, type Layout } from './flamegraph-layout.ts';
import { grouped } from './flamegraph-say.ts';
import { svgScript } from './flamegraph-svg-script.ts';
import { inLines } from './font.ts';

export interface SvgOptions {
  readonly title?: string;
  readonly subtitle?: string;
  readonly unit?: string;
  /** Pixels; default 1200. */
  readonly width?: number;
  /** Frames narrower than this many pixels are left out; default 0.1, as in FlameGraph. */
  readonly minWidth?: number;
  /** Draw the root at the top (icicle). */
  readonly icicle?: boolean;
  readonly profile?: number;
  readonly diff?: Difference;
  /** Include the script for search, zoom and details; default true. An image for print has none, and no nearly empty rows. */
  readonly script?: boolean;
}

const ROW = 16;
const PAD = 10;
const TOP = 36;
/** Room for the lines below the frames: details, the legend of a comparison, what is left out. */
const BOTTOM = 34;
const LINE = 17;
const MOST_LINES = 4;
/** Average width of a character at 12 px. */
const CHAR = 7.08;

/** Text for XML: printable, with markup escaped. */
const xml = (text: string): string =>
  printable(text, 4000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const style = `
  svg:root { color-scheme: light dark; }
  text { font-family: Inter, Verdana, "DejaVu Sans", sans-serif; font-size: 12px; fill: #1b1f24; }
  #frames text { pointer-events: none; }
  #title { font-size: 17px; text-anchor: middle; }
  #subtitle { text-anchor: middle; opacity: 0.75; }
  #matched { text-anchor: end; }
  #search, #ignorecase { opacity: 0.45; cursor: pointer; }
  #search:hover, #search.show, #ignorecase:hover, #ignorecase.show { opacity: 1; }
  #unzoom { cursor: pointer; }
  #frames > *:hover rect { stroke: #1b1f24; stroke-width: 1; }
  #frames g { cursor: pointer; }
  .hide { display: none; }
  #background { fill: #fbfaf6; }
  @media (prefers-color-scheme: dark) {
    #background { fill: #16191d; }
    svg > text { fill: #e6e8ea; }
    #frames > *:hover rect { stroke: #ffffff; }
  }
`;

interface Drawing {
  readonly tree: Tree;
  readonly layout: Layout;
  readonly options: SvgOptions;
  readonly height: number;
  readonly top: number;
  readonly bottom: number;
  /** The sentence under the title, in lines. */
  readonly subtitle: readonly string[];
  readonly mostChange: number;
}

const nameOf = (tree: Tree, node: number): string => (node === 0 ? 'all' : (tree.names[tree.fn[node] ?? 0] ?? ''));

/** The change of a node's share in a comparison, in percentage points. */
const changeOf = ({ tree }: Difference, node: number): number => {
  const [before, after] = tree.weights;
  if (before === undefined || after === undefined) return 0;
  const share = (w: typeof before): number => ((w.total[0] ?? 0) === 0 ? 0 : (w.total[node] ?? 0) / (w.total[0] ?? 1));
  return share(after) - share(before);
};

/** The title of a frame, as in FlameGraph: 'name (1,234 samples, 5.67%)', in a comparison '...; +1.23%)'. */
const titleOf = ({ tree, layout, options }: Drawing, { node, width }: DrawnFrame): string => {
  const { unit = 'samples', diff } = options;
  const percent = node === 0 ? '100' : ((100 * width) / layout.total).toFixed(2);
  const counted = `${nameOf(tree, node)} (${grouped(width)} ${unit}, ${percent}%`;
  if (diff === undefined || node === 0) return `${counted})`;
  const change = changeOf(diff, node) * 100;
  const signed = `${change >= 0.005 ? '+' : ''}${change.toFixed(2)}%`;
  return `${counted}; ${signed}${diff.sure[node] === 1 ? '' : ' within noise'})`;
};

const fillOf = ({ tree, options: { diff }, mostChange }: Drawing, node: number): string =>
  diff === undefined
    ? frameColour(node === 0 ? 0 : (tree.kinds[tree.fn[node] ?? 0] ?? 0), nameOf(tree, node))
    : changeColour(changeOf(diff, node), mostChange, diff.sure[node] === 1);

const frame = (drawing: Drawing, drawn: DrawnFrame): string => {
  const { tree, layout, options, height, top, bottom } = drawing;
  const pixels = (options.width ?? 1200) - 2 * PAD;
  const y = options.icicle === true ? top + drawn.depth * ROW : height - bottom - (drawn.depth + 1) * ROW + 1;
  const x = (100 * drawn.x) / layout.total;
  const width = (100 * drawn.width) / layout.total;
  const room = Math.floor(((width * pixels) / 100 - 6) / CHAR);
  const name = printable(nameOf(tree, drawn.node), 4000);
  const label = name.length <= room ? name : `${name.slice(0, Math.max(0, room - 2))}..`;
  const text = room < 3 ? '' : `<text x="${(x + 300 / pixels).toFixed(4)}%" y="${y + 10.5}">${xml(label)}</text>`;
  return (
    `<g><title>${xml(titleOf(drawing, drawn))}</title><rect x="${x.toFixed(4)}%" y="${y}" width="${width.toFixed(4)}%" ` +
    `height="15" rx="2" fill="${fillOf(drawing, drawn.node)}" fg:x="${drawn.x}" fg:w="${drawn.width}"/>${text}</g>`
  );
};

const lines = (texts: readonly string[], x: number): string =>
  texts.map((text, i) => `<tspan x="${x}"${i === 0 ? '' : ` dy="${LINE}"`}>${xml(text)}</tspan>`).join('');

const controls = ({ options, height, subtitle }: Drawing): string => {
  const { title, width = 1200, icicle = false, diff } = options;
  const usual = diff === undefined ? `${icicle ? 'Icicle' : 'Flame'} Graph` : 'Differential Flame Graph';
  return [
    `<rect id="background" x="0" y="0" width="${width}" height="${height}"/>`,
    `<text id="title" x="${width / 2}" y="24">${xml(title ?? usual)}</text>`,
    subtitle.length === 0 ? '' : `<text id="subtitle" y="44">${lines(subtitle, width / 2)}</text>`,
    ...(options.script === false
      ? []
      : [
          `<text id="details" x="${PAD}" y="${height - BOTTOM / 2}"> </text>`,
          `<text id="unzoom" class="hide" x="${PAD}" y="24">Reset Zoom</text>`,
          `<text id="search" x="${width - PAD - 100}" y="24">Search</text>`,
          `<text id="ignorecase" x="${width - PAD - 16}" y="24">ic</text>`,
          `<text id="matched" class="hide" x="${width - PAD}" y="${height - BOTTOM / 2}"> </text>`,
        ]),
  ].join('\n');
};

/** The lines below the frames: the colours of a comparison in words, and how many rows are left out. */
const notesOf = (comparison: boolean, left: number): readonly string[] => [
  ...(comparison ? ['orange: more than before; blue: less; pale: within the noise'] : []),
  ...(left > 0 ? [`${left} further rows are not drawn: frames cover less than 2 % of the width in them`] : []),
];

const notePart = (notes: readonly string[], height: number): string =>
  notes
    .map((note, i) => `<text x="${PAD}" y="${height - 4 - (notes.length - 1 - i) * LINE}">${xml(note)}</text>`)
    .join('\n');

/** The frames that are drawn, and how many rows are left out of a picture for paper. */
const laidOut = (tree: Tree, options: SvgOptions, width: number) => {
  const { minWidth = 0.1, profile = tree.weights.length - 1, script = true } = options;
  const total = tree.weights[profile]?.total[0] ?? 0;
  const whole = layOut(tree, { profile, least: (minWidth * total) / (width - 2 * PAD) });
  return { total, ...(script ? { layout: whole, left: 0 } : crop(whole)) };
};

const plan = (tree: Tree, options: SvgOptions) => {
  const { width = 1200, script = true, diff } = options;
  const { total, layout, left } = laidOut(tree, options, width);
  const sentence = printable(options.subtitle ?? '', 1000);
  const subtitle = sentence === '' ? [] : inLines(sentence, width - 2 * PAD, 12).slice(0, MOST_LINES);
  const notes = notesOf(diff !== undefined, left);
  const top = TOP + (subtitle.length === 0 ? 0 : 7 + subtitle.length * LINE);
  const bottom = script ? BOTTOM : 10 + notes.length * LINE;
  const height = layout.rows * ROW + top + bottom;
  const mostChange =
    diff === undefined ? 0 : layout.frames.reduce((most, f) => Math.max(most, Math.abs(changeOf(diff, f.node))), 0);
  const drawing: Drawing = { tree, layout, options, height, top, bottom, subtitle, mostChange };
  return { drawing, total, width, height, notes };
};

/**
 * A flame graph as one SVG file with the titles, search, zoom, reset, Ctrl-F and details of FlameGraph's. It makes no
 * network request. Frames carry fg:x and fg:w: their position and width in the profile's unit.
 */
export const flamegraphSvg = (tree: Tree, options: SvgOptions = {}): string => {
  const { drawing, total, width, height, notes } = plan(tree, options);
  const { title = 'Flame graph', subtitle, script = true, icicle = false } = options;
  const label = xml(subtitle === undefined ? title : `${title}: ${subtitle}`);
  return [
    '<?xml version="1.0" standalone="no"?>',
    `<svg version="1.1" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
      `aria-label="${label}" xmlns="http://www.w3.org/2000/svg" xmlns:fg="http://github.com/jonhoo/inferno">`,
    `<title>${label}</title>`,
    `<style>${style}</style>`,
    controls(drawing),
    notePart(notes, height),
    `<svg id="frames" x="${PAD}" width="${width - 2 * PAD}" total_samples="${total}" inverted="${icicle ? 'yes' : 'no'}">`,
    ...(total === 0 ? [] : drawing.layout.frames.map((drawn) => frame(drawing, drawn))),
    '</svg>',
    script ? `<script><![CDATA[${svgScript}]]></script>` : '',
    '</svg>',
    '',
  ].join('\n');
};
