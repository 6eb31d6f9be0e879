/** The plugin: creates a case from a template, from the launcher and the command palette. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { LabIcon } from '@jupyterlab/ui-components';
import { templates, type Template } from 'templates';

const COMMAND = 'fast-by-friday:new-case';
const CATEGORY = 'Fast by Friday';

/** Before the category "Notebook", whose rank is 0. */
const FIRST = -1;

const icon = (name: string, body: string): LabIcon =>
  new LabIcon({
    name: `fast-by-friday:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24">${body}</svg>`,
  });

/** Colours that are readable on light and dark launchers. */
const icons = {
  minute: icon(
    'minute',
    '<circle cx="12" cy="13.5" r="8" fill="none" stroke="#4a90d9" stroke-width="2"/><path d="M9.5 2h5M12 2v3.500M12 13.500V8.500M12 13.500l3.500 2" fill="none" stroke="#4a90d9" stroke-width="2" stroke-linecap="round"/>',
  ),
  profile: icon(
    'profile',
    '<path d="M2 18h20v4H2z" fill="#d9822b"/><path d="M2 13h14v4H2z" fill="#e89b4b"/><path d="M2 8h8v4H2z" fill="#f2b56b"/><path d="M5 3h4v4H5z" fill="#f7cf94"/>',
  ),
  empty: icon(
    'empty',
    '<path d="M5 2h10l4 4v16H5z" fill="none" stroke="#4a90d9" stroke-width="2" stroke-linejoin="round"/><path d="M9 10.500l3 2.500-3 2.500M13 17h3" fill="none" stroke="#4a90d9" stroke-width="2" stroke-linecap="round"/>',
  ),
};

/** An empty notebook with the kernel of the templates. */
const EMPTY: Template = {
  name: 'notebook',
  title: 'Empty notebook',
  notebook: {
    cells: [
      {
        cell_type: 'code',
        id: 'connect',
        metadata: {},
        source: "import { connect } from 'fast-by-friday';\n\nconst host = await connect('local:');",
        outputs: [],
        execution_count: null,
      },
    ],
    metadata: templates[0]?.notebook.metadata ?? {},
    nbformat: 4,
    nbformat_minor: 5,
  },
};

const all: readonly Template[] = [...templates, EMPTY];

/** The icon of a profile's template is a flame graph, of the others a stopwatch. */
const iconOf = (template: Template | undefined): LabIcon => {
  if (template === EMPTY) return icons.empty;
  return template !== undefined && /profile|flame/.test(template.name) ? icons.profile : icons.minute;
};

/** The file name of a new case, case-20261123-first-60-seconds.ipynb; numbered if it exists. */
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
  description: 'Creates a case from one of the templates.',
  autoStart: true,
  optional: [ILauncher, ICommandPalette, IDefaultFileBrowser],
  activate(app, launcher: ILauncher | null, palette: ICommandPalette | null, browser: IDefaultFileBrowser | null) {
    const named = (name: unknown): Template | undefined => all.find((template) => template.name === name);
    app.commands.addCommand(COMMAND, {
      label: (args) => named(args['template'])?.title ?? 'New notebook from a template',
      caption: (args) => `New notebook in this folder: ${named(args['template'])?.title ?? 'from a template'}`,
      icon: (args) => (args['isPalette'] === true ? undefined : iconOf(named(args['template']))),
      describedBy: {
        args: {
          type: 'object',
          properties: { template: { type: 'string' }, cwd: { type: 'string' } },
        },
      },
      execute: async (args) => {
        const template = named(args['template']) ?? EMPTY;
        const cwd = typeof args['cwd'] === 'string' ? args['cwd'] : (browser?.model.path ?? '');
        return newCase(app, template, cwd);
      },
    });
    all.forEach(({ name }, rank) => {
      const args = { template: name };
      launcher?.add({ command: COMMAND, category: CATEGORY, args, rank, categoryRank: FIRST });
      palette?.addItem({ command: COMMAND, category: CATEGORY, args: { ...args, isPalette: true } });
    });
  },
};

export default plugin;
