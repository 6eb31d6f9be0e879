import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { entry, packageRoot } from '../paths.ts';
import type { Prompter } from './transport.ts';

/** The askpass program gets its socket from the environment; prompt and answer are one JSON line each. */
export const SOCKET = 'FBF_ASKPASS_SOCKET';

export interface AskServer {
  /** Environment for ssh: makes ssh ask our askpass program, never the terminal. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/** Answers one prompt: a JSON string and a newline, which our program sends in one piece. */
const answer = (socket: Socket, prompter: Prompter): void => {
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => {
    text += String(part);
    if (text.length > 65_536) socket.destroy();
    if (!text.endsWith('\n')) return;
    const reply = (said: string | null): void => void socket.end(`${JSON.stringify(said)}\n`);
    prompter(String(JSON.parse(text))).then(reply, () => {
      reply(null);
    });
  });
};

/**
 * Listens for our askpass program (bin/askpass), which ssh starts for every password, passphrase, code or unknown host
 * key, on a socket of that name in `dir`, and passes the prompt to `prompter`: https://man.openbsd.org/ssh#SSH_ASKPASS. No terminal is needed.
 */
export const serveAskpass = async (dir: string, name: string, prompter: Prompter): Promise<AskServer> => {
  const path = join(dir, name);
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // ssh killed the askpass program, which no longer needs the answer
    answer(socket, prompter);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  const env = {
    SSH_ASKPASS: join(packageRoot, 'bin', 'askpass'),
    SSH_ASKPASS_REQUIRE: 'force',
    DISPLAY: process.env['DISPLAY'] ?? ':0',
    FBF_NODE: process.execPath,
    FBF_ASKPASS: entry('src/recorder/askpass'),
    [SOCKET]: path,
  };
  return { env, close: () => void server.close() };
};
