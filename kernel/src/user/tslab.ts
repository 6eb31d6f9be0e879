import { createRequire } from 'node:module';
import { join } from 'node:path';
import { livingCell } from './cells.ts';
import { send } from './link.ts';

interface DisplayData {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly transient: { readonly display_id?: string };
}

/**
 * Makes the display functions of the real tslab package (1.0.22) write to this kernel: its public.js calls
 * `lastWriteDisplayData` of its jupyter.js, which tslab's own kernel would set.
 */
const adoptDisplay = (folder: string): void => {
  const require = createRequire(join(folder, 'notebook.js'));
  const jupyter = require('tslab/dist/jupyter.js') as { lastWriteDisplayData?: unknown };
  jupyter.lastWriteDisplayData = (content: DisplayData, update?: boolean): void => {
    const type = update === true ? 'update_display_data' : 'display_data';
    send({ kind: 'display', cell: livingCell().id, type, content: { ...content } });
  };
};

/** Called with each module that a cell imports. */
export const imported =
  (folder: string) =>
  (specifier: string, namespace: object): object => {
    if (specifier === 'tslab') adoptDisplay(folder);
    return namespace;
  };
