// npm start: sets everything up, then runs JupyterLab on notebooks/. Options after `--`: --no-open, --port N, --ip ADDRESS.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, venv, withSetup } from './setup.js';

const { values } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '8888' },
    ip: { type: 'string', default: '127.0.0.1' },
  },
});

const hasDisplay = process.platform === 'darwin' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

const labArguments = [
  'lab',
  `--notebook-dir=${join(root, 'notebooks')}`,
  `--ServerApp.port=${values.port}`,
  `--ServerApp.ip=${values.ip}`,
  // A browser that is told to phone home for news during an incident helps nobody.
  '--LabApp.news_url=None',
  '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
  ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ...(values['no-open'] || !hasDisplay ? ['--no-browser'] : []),
];

/** Passes the server's log on, and says once where it answers. */
const announce = (server) => {
  let said = false;
  server.stderr.on('data', (chunk) => {
    const text = String(chunk);
    if (process.env.FBF_VERBOSE) process.stderr.write(text);
    else if (/\[[CE] /.test(text) && !/Use Control-C|copy and paste/.test(text)) process.stderr.write(text);
    const url = /https?:\/\/(?:127\.0\.0\.1|localhost|\[?[\w.:]+\]?):\d+\/lab\?token=\w+/.exec(text)?.[0];
    if (url === undefined || said) return;
    said = true;
    process.stdout.write(
      `\nJupyterLab answers at ${url}\nOpen 01-first-60-seconds.ipynb and run it. Ctrl-C ends it.\n`,
    );
  });
};

const lab = () =>
  new Promise((resolve) => {
    process.stdout.write('- starting JupyterLab\n');
    const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
    const server = spawn(join(venv, 'bin', 'jupyter'), labArguments, {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, PATH: path },
    });
    announce(server);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill('SIGTERM'));
    server.on('exit', (code) => resolve(code ?? 0));
  });

await withSetup({}, lab);
