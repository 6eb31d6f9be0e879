import { extname } from 'node:path';
import { FridayError } from '../lib/errors.ts';
import { drawnSvg, type DrawnProfile } from '../lib/views/flamegraph.ts';
import { flamegraphHtml } from '../lib/views/flamegraph-html.ts';
import { flamegraphText } from '../lib/views/flamegraph-say.ts';
import { rendererScript } from '../lib/views/flamegraph-script.ts';
import { pngOf } from '../lib/views/picture.ts';

/** Browsers cannot draw a wider SVG. */
export const WIDEST = 16_384;

/** How a flame graph is drawn into a file. */
export interface FlameLook {
  readonly icicle?: boolean;
  /** Pixels. */
  readonly width?: number | undefined;
  readonly minWidth?: number | undefined;
}

const svgOf = (drawn: DrawnProfile, { icicle = false, width, minWidth }: FlameLook, script: boolean): string =>
  drawnSvg(drawn, {
    script,
    icicle,
    ...(width === undefined ? {} : { width: Math.max(200, width) }),
    ...(minWidth === undefined ? (script ? {} : { minWidth: 0.5 }) : { minWidth }),
  });

type Writer = (drawn: DrawnProfile, look: FlameLook) => string | Promise<string | Uint8Array>;

/** The writer for each file extension. */
const writers: Readonly<Record<string, Writer>> = {
  '.svg': (drawn, look) => svgOf(drawn, look, true),
  '.html': async ({ payload }, { icicle = false }) =>
    flamegraphHtml(payload, { script: await rendererScript(), icicle }),
  '.png': (drawn, look) => pngOf(svgOf(drawn, look, false), { least: 1 }),
  '.json': ({ payload }) => JSON.stringify(payload),
  '.txt': ({ payload, tree, unit }) => `${flamegraphText(payload, tree.weights.at(-1)?.total[0] ?? 0, unit)}\n`,
};

/** Bytes of an interactive page, which is one file; other forms have the notebook's limit. */
export const budgetFor = (file: string): { readonly budget?: number } =>
  extname(file).toLowerCase() === '.html' ? { budget: 64_000_000 } : {};

/** What writes a flame graph to a file of that name; throws 'usage' for an unknown extension. */
export const flameWriter = (verb: string, file: string, others: readonly string[] = []): Writer => {
  const end = extname(file).toLowerCase();
  const write = Object.hasOwn(writers, end) ? writers[end] : undefined;
  if (write !== undefined) return write;
  throw new FridayError(
    'usage',
    `fbf ${verb}: -o: expected a name that ends in ${[...Object.keys(writers), ...others].join(', ')}, got ${file}`,
    { next: `fbf ${verb} --help` },
  );
};
