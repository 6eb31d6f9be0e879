/** The MIME renderers: what JupyterLab shows of our outputs, in live and in saved notebooks. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { FLAMEGRAPH, TABLE } from '../../src/lib/mime.ts';
import { checked } from './renderers/flamegraph/check.ts';
import { flamegraphView } from './renderers/flamegraph/view.ts';
import { checkedTable, tableCard } from './renderers/table/view.ts';

interface Shower {
  show(data: unknown): void;
  dispose(): void;
}

class Output extends Widget implements IRenderMime.IRenderer {
  readonly #mime: string;
  readonly #shower: Shower;

  constructor(mime: string, make: (host: HTMLElement) => Shower) {
    super();
    this.addClass('fbf-output');
    this.#mime = mime;
    const host = document.createElement('div');
    this.node.append(host);
    this.#shower = make(host);
  }

  /** Lab calls it again when the output changes: the same widget shows the new data. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.#shower.show(model.data[this.#mime]);
    } catch (error) {
      this.#shower.dispose();
      this.node.append(`This output cannot be shown: ${error instanceof Error ? error.message : 'unknown'}`);
    }
    return Promise.resolve();
  }

  override dispose(): void {
    if (!this.isDisposed) this.#shower.dispose();
    super.dispose();
  }
}

/** Safe without trust: renderers check the data's shape and write it as text, they never evaluate it. */
const extension = (mime: string, make: (host: HTMLElement) => Shower): IRenderMime.IExtension => ({
  id: `fast-by-friday:${mime}`,
  rendererFactory: { safe: true, mimeTypes: [mime], createRenderer: () => new Output(mime, make) },
  rank: 0,
  dataType: 'json',
});

const extensions: IRenderMime.IExtension[] = [
  extension(FLAMEGRAPH, (host) => {
    const view = flamegraphView(host);
    return {
      show: (data) => {
        view.show(checked(data));
      },
      dispose: () => {
        view.dispose();
      },
    };
  }),
  extension(TABLE, (host) => {
    const card = tableCard(host);
    return {
      show: (data) => {
        card.show(checkedTable(data));
      },
      dispose: () => {
        card.dispose();
      },
    };
  }),
];

export default extensions;
