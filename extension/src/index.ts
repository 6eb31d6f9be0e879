/** The plugin: a new case from a template, from the launcher and the command palette. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { templates, type Template } from 'templates';

const COMMAND = 'fast-by-friday:new-case';
const CATEGORY = 'Fast by Friday';

/** case-20261123-first-60-seconds.ipynb, with a number when there is one already. */
const fileName = ({ name }: Template, today: Date, taken: ReadonlySet<string>): string => {
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('');
  const stem = `case-${day}-${name.replace(/^\d+-/, '')}`;
  for (let i = 1; ; i++) {
    const file = i === 1 ? `${stem}.ipynb` : `${stem}-${i}.ipynb`;
    if (!taken.has(file)) return file;
  }
};

/** Writes a copy of the template into the folder and opens it. */
const newCase = async (app: JupyterFrontEnd, template: Template, cwd: string): Promise<string> => {
  const { contents } = app.serviceManager;
  const folder = await contents.get(cwd);
  const taken = new Set((folder.content as readonly { readonly name: string }[]).map(({ name }) => name));
  const file = fileName(template, new Date(), taken);
  const path = cwd === '' ? file : `${cwd}/${file}`;
  await contents.save(path, { type: 'notebook', format: 'json', content: template.notebook });
  await app.commands.execute('docmanager:open', { path });
  return path;
};

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'fast-by-friday-extension:new-case',
  description: 'Starts a case from one of the templates.',
  autoStart: true,
  optional: [ILauncher, ICommandPalette, IDefaultFileBrowser],
  activate(app, launcher: ILauncher | null, palette: ICommandPalette | null, browser: IDefaultFileBrowser | null) {
    const named = (name: unknown): Template | undefined => templates.find((template) => template.name === name);
    app.commands.addCommand(COMMAND, {
      label: (args) => named(args['template'])?.title ?? 'New case from template',
      caption: 'A copy of the template in the current folder',
      describedBy: {
        args: {
          type: 'object',
          properties: { template: { type: 'string' }, cwd: { type: 'string' } },
        },
      },
      execute: async (args) => {
        const template = named(args['template']) ?? templates[0];
        if (template === undefined) throw new Error('New case: expected a template, got none');
        const cwd = typeof args['cwd'] === 'string' ? args['cwd'] : (browser?.model.path ?? '');
        return newCase(app, template, cwd);
      },
    });
    templates.forEach(({ name }, rank) => {
      const args = { template: name };
      launcher?.add({ command: COMMAND, category: CATEGORY, args, rank });
      palette?.addItem({ command: COMMAND, category: CATEGORY, args });
    });
  },
};

export default plugin;
