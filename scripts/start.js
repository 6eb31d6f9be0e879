// npm start: sets everything up, then runs JupyterLab on notebooks/.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { howToCall, isCallable, link } from './link.js';
import { root, venv, withSetup } from './setup.js';
import { stopper } from './stop-server.js';

const USAGE = `npm start -- [--no-open] [--port N] [--ip ADDRESS]
npm start -- --link

Sets everything up (once), then starts JupyterLab on notebooks/.

  --no-open     print JupyterLab's address, open no browser
  --port N      default 8888; the next free one where it is taken
  --ip ADDRESS  default 127.0.0.1: reachable from this machine only
  --link        set up, make ~/.local/bin/fbf so that fbf is found in any folder, and end
`;

const options = {
  'no-open': { type: 'boolean', default: false },
  port: { type: 'string', default: '8888' },
  ip: { type: 'string', default: '127.0.0.1' },
  link: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** The options; undefined if only the usage is to be printed. */
const given = () => {
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    const port = Number(values.port);
    if (Number.isInteger(port) && port >= 0 && port < 65536) return values;
    process.stderr.write(`npm start: --port: expected a number from 0 to 65535, got ${values.port}\n\n${USAGE}`);
  } catch (error) {
    process.stderr.write(`npm start: ${error.message.split('. ')[0]}\n\n${USAGE}`);
  }
  process.exitCode = 2;
  return undefined;
};

const hasDisplay = process.platform === 'darwin' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

const labArguments = (values) => [
  'lab',
  `--notebook-dir=${join(root, 'notebooks')}`,
  `--ServerApp.port=${values.port}`,
  `--ServerApp.ip=${values.ip}`,
  // Without these options, JupyterLab asks its project's servers for news and updates.
  '--LabApp.news_url=None',
  '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
  ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ...(values['no-open'] || !hasDisplay ? ['--no-browser'] : []),
];

/** Passes the server's log on, and prints the URL once. */
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
      `\nJupyterLab: ${url}\nOpen 01-first-60-seconds.ipynb and choose Run All Cells. Ctrl-C stops JupyterLab.\n`,
    );
    if (!isCallable(process.env.PATH)) process.stdout.write(`${howToCall()}\n`);
  });
};

const lab = (values) =>
  new Promise((resolve) => {
    process.stdout.write('- starting JupyterLab\n');
    const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
    const server = spawn(join(venv, 'bin', 'jupyter'), labArguments(values), {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, PATH: path },
      detached: true, // a process group of its own: Ctrl-C reaches it once, as SIGTERM, and all of it can be killed
    });
    announce(server);
    const stop = stopper(server);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
    server.on('exit', (code) => resolve(code ?? 0));
  });

const linked = () => {
  process.stdout.write(`${link(homedir(), process.env.PATH)}\n`);
  return 0;
};

const values = given();
if (values !== undefined) await withSetup({}, () => (values.link ? linked() : lab(values)));
