/**
 * MIME names and payload types: the only contract with extension/.
 * Bundle rule: a figure has a rich type (Vega-Lite v5 or ours) + image/png + text/plain; a table has ours + text/markdown
 * + text/plain. Never text/html, never JavaScript. Ours are registered with rank 0, before everything else.
 */
export const VEGALITE = 'application/vnd.vegalite.v5+json';
export const PNG = 'image/png';
export const TEXT = 'text/plain';
export const MARKDOWN = 'text/markdown';
export const TABLE = 'application/vnd.fast-by-friday.table.v1+json';
export const FLAMEGRAPH = 'application/vnd.fast-by-friday.flamegraph.v1+json';
