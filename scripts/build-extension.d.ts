/** Builds the JupyterLab extension and the page renderer into dist/. */
export declare const build: () => Promise<void>;
/** Builds dist/renderers/flamegraph.js alone. */
export declare const buildRenderer: () => Promise<unknown>;
