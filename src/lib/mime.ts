/**
 * MIME types and payload types: the only contract with extension/. A figure has our type + image/png + text/plain; a
 * table has our type + text/markdown + text/plain. Never text/html, never JavaScript, and no Vega-Lite, whose renderers
 * offer to send the data to an outside editor. Our types are registered with rank 0, before all others.
 */
export const PNG = 'image/png';
export const TEXT = 'text/plain';
export const MARKDOWN = 'text/markdown';
export const CHART = 'application/vnd.fast-by-friday.chart.v1+json';
export const TABLE = 'application/vnd.fast-by-friday.table.v1+json';
export const FLAMEGRAPH = 'application/vnd.fast-by-friday.flamegraph.v1+json';

/** The kinds of frames, by index; the kind determines a frame's colour. */
export const FRAME_KINDS = ['all', 'process', 'user', 'kernel', 'jit', 'inlined', 'unknown'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** Fill colours by index into FRAME_KINDS; dark text is readable on each, on a light and a dark page. */
export const FRAME_COLOURS = ['#c9ced6', '#b8c4d6', '#f2a65a', '#8fb8e8', '#8fcf9f', '#c9b1e4', '#d8d3c4'] as const;

/** Deflated (raw) bytes in base64: text, or integers in base 128, least significant seven bits first (LEB128). */
export type Packed = string;

/**
 * Samples by cell of a subsecond-offset grid: column = whole second, row = offset within the second, cell = column *
 * rows + row. `tree` and `cells` give the flame graph of any selection of cells without the file.
 */
export interface OffsetGrid {
  readonly rows: number;
  readonly columns: number;
  /** The clock's whole second at column 0. */
  readonly start: number;
  /** Samples of each cell, columns one after the other. */
  readonly counts: readonly number[];
  /** Samples left out because the CPU was idle. */
  readonly idle: number;
  /** Number of nodes without the root, which is node 0. */
  readonly nodes: number;
  /** Text: one name per line. */
  readonly names: Packed;
  /**
   * By node in depth-first order: how many levels to go up from the previous node to this node's caller (0: the
   * previous node is the caller; the first node's caller is the root), the line of the name, the kind.
   */
  readonly tree: { readonly up: Packed; readonly name: Packed; readonly kind: Packed };
  /** Number of (cell, node) pairs. */
  readonly pairs: number;
  /**
   * By cell with samples: cells skipped since the previous one, number of pairs. By pair: the node (as distance from
   * the previous pair in the cell), and the samples that end in it.
   */
  readonly cells: { readonly skip: Packed; readonly length: Packed; readonly node: Packed; readonly count: Packed };
  /** Frames folded into their callers to keep the payload small: 0 means that a selection is exact to the frame. */
  readonly folded: number;
}

/** One function over the whole profile; `total` counts a sample once however often the function is in its stack. */
export interface TopFunctions {
  readonly name: readonly string[];
  readonly kind: readonly number[];
  readonly self: readonly number[];
  readonly total: readonly number[];
}

/** Per frame of a differential flame graph: its weight before, and whether the change is more than noise. */
export interface FrameChanges {
  readonly beforeTotal: number;
  readonly before: readonly number[];
  /** 1 where the change of the frame's share is more than noise. */
  readonly sure: readonly number[];
  /** Functions by their own share, the most certain change first. */
  readonly functions: readonly FunctionChange[];
}

/** A function's own share of the profile before and after; `low` to `high` holds the change in 95 of 100 captures. */
export interface FunctionChange {
  readonly name: string;
  /** Index into FRAME_KINDS. */
  readonly kind: number;
  readonly before: number;
  readonly after: number;
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** The probability of such a change between two captures of the same load. */
  readonly p: number;
  readonly sure: boolean;
}

/**
 * A flame graph as columns: frames in depth-first order, the root first. Frames below `pruned.under` of the total are
 * left out but counted in their callers' totals: `total - self - (totals of the frames called)` is what was left out.
 */
export interface FlamegraphPayload {
  readonly version: 1;
  readonly title: string;
  /** The finding, in one sentence. */
  readonly say: string;
  /** What is counted: samples, ns, bytes. */
  readonly unit: string;
  readonly names: readonly string[];
  readonly frames: {
    readonly name: readonly number[];
    readonly kind: readonly number[];
    readonly depth: readonly number[];
    readonly self: readonly number[];
    readonly total: readonly number[];
  };
  readonly pruned: { readonly under: number; readonly frames: number; readonly self: number };
  readonly top: TopFunctions;
  readonly changes?: FrameChanges;
  readonly grid?: OffsetGrid;
  /** Warnings about the stacks, each one sentence. */
  readonly warnings: readonly string[];
  readonly how?: string;
  /** Why and when the capture ended early, as a sentence. */
  readonly cut?: string;
}

/** A column of a table's payload: `values` row by row, null where absent; with `names`, values are codes into them. */
export interface TablePayloadColumn {
  readonly name: string;
  /** As in ColumnDoc: 's', 'B', '1', 'count' ...; '' for text. */
  readonly unit: string;
  readonly doc: string;
  readonly kind: 'number' | 'text';
  /** The title of the column, if it differs from the name. */
  readonly title?: string;
  /**
   * 'verdict': a word drawn with a colour and a shape; 'hover': shown while the pointer is over the row; 'below': a
   * column if there is room, else lines under the column before it.
   */
  readonly role?: 'verdict' | 'hover' | 'below';
  readonly values: readonly (number | string | null)[];
  readonly names?: readonly string[];
  /**
   * How its numbers are shown: multiplied by `factor`, in the unit `label` (a fraction as percent, bytes as MiB), with
   * `digits` decimals. Absent: unchanged.
   */
  readonly scale?: { readonly factor: number; readonly label: string; readonly digits?: number };
}

/** The data of a table, which its renderer sorts and scrolls. `rows` is less than `size` if the table was cut. */
export interface TablePayload {
  readonly version: 1;
  readonly title: string;
  readonly say: string;
  /** Rows of the whole table. */
  readonly size: number;
  /** Rows in this payload. */
  readonly rows: number;
  readonly columns: readonly TablePayloadColumn[];
  readonly how?: string;
  readonly cut?: string;
}

/** An axis of a chart; its values are already in `unit`. */
export interface ChartAxis {
  readonly title: string;
  /** The unit printed behind a value: 'ms', '%', 'MiB/s'; '' for none. */
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly log?: true;
  /** Positions of the labels; absent: at round values. */
  readonly ticks?: readonly { readonly at: number; readonly text: string }[];
}

/** One line: points in time order, null where a value is absent. */
export interface ChartSeries {
  readonly name: string;
  readonly panel?: string;
  /** The index of its colour; absent: grey. */
  readonly colour?: number;
  readonly t: readonly number[];
  readonly y: readonly (number | null)[];
}

export interface LinesPlot {
  readonly kind: 'lines';
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
}

/**
 * Counts in cells of equal width in time: `counts[bin * columns + column]`, bin `i` from `edges[i]` to `edges[i + 1]`.
 */
export interface HeatPlot {
  readonly kind: 'heat';
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly columns: number;
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Horizontal bars; `from` and `to` are shares of the width, `text` is the value with its unit. */
export interface BarsPlot {
  readonly kind: 'bars';
  readonly bars: readonly {
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly text: string;
    /** True for the sum of those that are not drawn. */
    readonly rest?: true;
  }[];
}

/** A chart of CHART. */
export interface ChartPayload {
  readonly version: 1;
  /** The finding, in one sentence. */
  readonly say: string;
  /** What the value axis counts. */
  readonly axis: string;
  readonly how: string;
  readonly cut?: string;
  readonly plot: LinesPlot | HeatPlot | BarsPlot;
}
