import { startRecorder } from '../../src/recorder/client.ts';
import { sources } from '../../src/lib/sources/list.ts';
import { MAKERS } from './programs.ts';

/**
 * A process that records and that a test can kill: `node owner.ts URL DIR SECONDS AWAY SUDO CONFIG KERNEL LINGER`. It
 * prints a JSON line for each step and stops the recording when it reads a line.
 */
const [url = '', dir = '', seconds = '60', away = '3', sudo = '', sshConfig, kernel, linger = '60'] =
  process.argv.slice(2);
const say = (step: object): void => void process.stdout.write(`${JSON.stringify(step)}\n`);
const started = performance.now();
const client = await startRecorder(url, {
  sshConfig: sshConfig === '' ? undefined : sshConfig,
  away: Number(away),
  kernel,
  linger: Number(linger),
});
say({ connected: performance.now() - started });
const names = ['proc.stat', 'proc.vmstat', 'proc.pid.stat', 'proc.pid.io'];
let told = false;
const run = client.record({
  dir,
  seconds: Number(seconds),
  sudo: sudo === 'sudo',
  sources: sources.filter(({ name }) => names.includes(name)).map(({ name, recipe }) => ({ name, recipe, hz: 5 })),
  programs: MAKERS,
  onProgress: ({ samples }) => {
    if (samples < 10 || told) return;
    told = true;
    say({ recording: performance.now() - started });
  },
});
process.stdin.once('data', () => void run.stop());
const { status, reason } = await run.done;
say({ status, reason });
await client.close();
say({ closed: true });
process.exit(0);
