import { spawn } from 'node:child_process';
import { FridayError } from '../errors.ts';
import { runChannel } from './channel.ts';
import { killBelow } from './kill.ts';
import { openShell } from './shell.ts';
import { AWAY, type Opened, type Running, type Transport, type TransportOptions } from './transport.ts';

const sh = () => spawn('sh', [], { stdio: ['pipe', 'pipe', 'pipe'] });

const ended = (stderr: string, status: number | undefined): FridayError =>
  new FridayError('host-gone', `local: sh ended with status ${String(status)}`, {
    next: 'Check that sh is in your PATH and starts: sh -c true.',
    seen: stderr.slice(-1000),
  });

const start: Transport['start'] = (script, { onStderr } = {}): Promise<Running> =>
  Promise.resolve(runChannel(sh(), script, onStderr));

const rescue = async (pid: number): Promise<void> => {
  const running = await start(killBelow(pid));
  running.end();
  await running.done;
};

/** The machine on which this code runs, through the same `sh` as any other host. */
export const openLocal = async ({ first = '', away = AWAY }: TransportOptions): Promise<Opened> => {
  const { shell, first: answer } = await openShell(sh(), { rescue, lost: ended, first, away });
  let closed = false;
  const gone = shell.done.then(({ stderr, status }) => (closed ? undefined : ended(stderr, status)));
  const close = async (): Promise<void> => {
    closed = true;
    shell.end();
    await shell.done;
  };
  return {
    transport: {
      url: 'local:',
      sh: (script, options) => shell.run(script, options),
      start,
      asks: () => false,
      gone,
      close,
    },
    first: answer,
  };
};
