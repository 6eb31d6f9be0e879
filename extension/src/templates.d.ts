/** The notebooks of notebooks/, bundled by scripts/build-extension.js. */
declare module 'templates' {
  export interface Template {
    /** The file name without its extension. */
    readonly name: string;
    /** Its first heading. */
    readonly title: string;
    readonly notebook: import('@jupyterlab/nbformat').INotebookContent;
  }
  export const templates: readonly Template[];
}
