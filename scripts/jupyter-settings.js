// Settings of the Jupyter programs in .venv: our kernel is the default, an export keeps the alt texts of pictures, and
// JupyterLab's news pop-up, which would disturb work in an incident, is disabled.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const exporting = { HTMLExporter: { template_name: 'fast-by-friday' } };

/** By file below etc/jupyter. */
const settings = {
  'labconfig/page_config.json': { disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } },
  // The server exports, too: JupyterLab's "Save and Export Notebook As".
  'jupyter_server_config.json': { MultiKernelManager: { default_kernel_name: 'fast-by-friday' }, ...exporting },
  'jupyter_nbconvert_config.json': exporting,
};

export const writeSettings = (venv) => {
  for (const [name, value] of Object.entries(settings)) {
    const file = join(venv, 'etc', 'jupyter', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
  }
};
