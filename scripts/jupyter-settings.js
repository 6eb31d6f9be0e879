// Settings of the Jupyter programs in .venv: our kernel is the default, an export keeps the alt texts of pictures, and
// JupyterLab's news pop-up, which would disturb work in an incident, is disabled.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const exporting = { HTMLExporter: { template_name: 'fast-by-friday' } };

/** By file in .venv. */
const settings = {
  'etc/jupyter/labconfig/page_config.json': {
    disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true },
  },
  // The server exports, too: JupyterLab's "Save and Export Notebook As".
  'etc/jupyter/jupyter_server_config.json': {
    MultiKernelManager: { default_kernel_name: 'fast-by-friday' },
    ...exporting,
  },
  'etc/jupyter/jupyter_nbconvert_config.json': exporting,
  // A new notebook of the menu starts our kernel instead of asking for one.
  'share/jupyter/lab/settings/overrides.json': {
    '@jupyterlab/notebook-extension:tracker': { autoStartDefaultKernel: true },
  },
};

export const writeSettings = (venv) => {
  for (const [name, value] of Object.entries(settings)) {
    const file = join(venv, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
  }
};
