/** The MIME renderers: how JupyterLab shows our outputs, in live and in saved notebooks. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { renderers, type Renderer } from './renderers/list.ts';

class Output extends Widget implements IRenderMime.IRenderer {
  readonly #mime: string;
  readonly #renderer: Renderer;

  constructor(mime: string, make: (host: HTMLElement) => Renderer) {
    super();
    this.addClass('fbf-output');
    this.#mime = mime;
    const host = document.createElement('div');
    this.node.append(host);
    this.#renderer = make(host);
  }

  /** Lab calls it again when the output changes; the same widget then shows the new data. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.#renderer.show(model.data[this.#mime]);
    } catch (error) {
      this.#renderer.dispose();
      this.node.append(`This output cannot be shown: ${error instanceof Error ? error.message : 'unknown'}`);
    }
    return Promise.resolve();
  }

  override dispose(): void {
    if (!this.isDisposed) this.#renderer.dispose();
    super.dispose();
  }
}

/** Safe without trust: renderers check the form of the data and write it as text; they never evaluate it. */
const extension = (mime: string, make: (host: HTMLElement) => Renderer): IRenderMime.IExtension => ({
  id: `fast-by-friday:${mime}`,
  rendererFactory: { safe: true, mimeTypes: [mime], createRenderer: () => new Output(mime, make) },
  rank: 0,
  dataType: 'json',
});

const extensions: IRenderMime.IExtension[] = Object.entries(renderers).map(([mime, make]) => extension(mime, make));

export default extensions;
