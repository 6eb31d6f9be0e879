/** The notebooks of notebooks/, put into the bundle by scripts/build-extension.js. */
declare module 'templates' {
  export interface Template {
    /** The file's name without its ending. */
    readonly name: string;
    /** Its first heading. */
    readonly title: string;
    readonly notebook: import('@jupyterlab/nbformat').INotebookContent;
  }
  export const templates: readonly Template[];
}
