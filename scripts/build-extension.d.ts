/** Builds the JupyterLab extension and the page renderers into dist/. */
export declare const build: () => Promise<void>;
/** Builds only dist/renderers/flamegraph.js. */
export declare const buildRenderer: () => Promise<unknown>;
