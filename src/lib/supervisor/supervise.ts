import { randomBytes } from 'node:crypto';
import { FridayError } from '../errors.ts';
import { AWAY, type Ask, type Running, type Transport } from '../transport/transport.ts';
import { entryScript, supervisorScript } from './script.ts';

/** CPU seconds and peak bytes on the host, of our processes there and of the sshd that serves us. */
export interface Cost {
  readonly cpu: number;
  readonly memory: number;
}

/** How a supervised program ended. `closed`: the recorder's end went away; `lost`: nothing more was heard from the host. */
export interface Ended {
  readonly why: 'ended' | 'stopped' | 'away' | 'closed' | 'killed' | 'deadline' | 'lost';
  /** The program's own exit status, where the supervisor could still tell. */
  readonly status: number | undefined;
  readonly cost: Cost;
  /** What the program said on standard error, at most 64 KB. */
  readonly stderr: string;
}

/** A program that runs under the supervisor: nothing of it outlives the heartbeat. */
export interface Supervised {
  /** What the program writes; read it to its end. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly done: Promise<Ended>;
  /** The latest measurement; asked for each 10 s. */
  cost(): Cost;
  /** Asks the program to end; its last words still come. */
  stop(): void;
  /** Drops the channel with what is still on its way; the host sees our end close and cleans up by itself. */
  drop(): void;
  /** Dead runs that were swept before it started: the name of each, and what it had left. */
  readonly swept: readonly string[];
  readonly pid: number;
}

export interface SuperviseOptions {
  readonly program: string;
  readonly seconds: number;
  /** Seconds without a heartbeat after which everything on the host ends by itself. */
  readonly away?: number | undefined;
  /** As root through sudo; `ask` is asked for a password where one is needed. Kind 'not-allowed' or 'auth' where it is refused. */
  readonly sudo?: boolean | undefined;
  readonly ask?: Ask | undefined;
  /** USER_HZ of the host. */
  readonly ticks?: number | undefined;
}

const BEAT = 1_000;
const COST_EVERY = 10;
/** Milliseconds for sudo or a login shell to hand over, and seconds of grace after the program's own end. */
const PATIENCE = 20_000;
const GRACE = 15;
const REFUSAL = /try again/i;

/** Hears the supervisor's words in what comes on standard error; the rest is the program's. */
const listener = (nonce: string) => {
  const pattern = new RegExp(`@@fbf\\.${nonce} ([a-z]+)((?: [^ @]+)*)@@`, 'g');
  const waiting = new Map<string, (words: readonly string[]) => void>();
  let rest = '';
  let onRefusal = (): void => undefined;
  const hear = (text: string): void => {
    rest = (rest + text).replace(pattern, (_all, name: string, words: string) => {
      waiting.get(name)?.(words.trim().split(' '));
      return '';
    });
    if (rest.length > 65_536) rest = rest.slice(-65_536);
    if (REFUSAL.test(rest)) onRefusal();
  };
  return {
    hear,
    on: (name: string, heard: (words: readonly string[]) => void) => void waiting.set(name, heard),
    said: () => rest,
    /** Hears sudo ask again: our password was wrong, and it would wait for another one. */
    refused: (heard: () => void) => void (onRefusal = heard),
  };
};

type Listener = ReturnType<typeof listener>;

/** Resolves at the first of `words` that is heard; 'done' when the channel closes before, 'late' when nothing comes. */
const first = (words: readonly string[], on: Listener, running: Running): Promise<string> =>
  new Promise((resolve) => {
    for (const name of words) on.on(name, () => { resolve(name); }); // prettier-ignore
    void running.done.then(() => { resolve('done'); }); // prettier-ignore
    on.refused(() => { resolve('refused'); }); // prettier-ignore
    setTimeout(() => { resolve('late'); }, PATIENCE).unref(); // prettier-ignore
  });

const sudoError = (url: string, said: string): FridayError => {
  const seen = said.slice(-1000);
  if (/must have a tty/.test(said))
    return new FridayError('not-allowed', `sudo on ${url}: sudoers has requiretty, so sudo needs a terminal`, { next: 'Have "Defaults:USER !requiretty" set in sudoers, or leave out allow: ["sudo"].', seen }); // prettier-ignore
  if (/password|try again|authentication/i.test(said))
    return new FridayError('auth', `sudo on ${url}: a password is needed, and none or a wrong one was given`, { next: 'Capture from a notebook or a terminal, where you can be asked; have NOPASSWD set in sudoers; or leave out allow: ["sudo"].', seen }); // prettier-ignore
  if (/not found/.test(said))
    return new FridayError('missing', `sudo on ${url}: sudo is not installed`, { next: 'Log in as root, or leave out allow: ["sudo"].', seen }); // prettier-ignore
  return new FridayError('not-allowed', `sudo on ${url}: you may not run sh as root`, { next: 'See what you may run: sudo -n -l. Have sh allowed in sudoers, or leave out allow: ["sudo"].', seen }); // prettier-ignore
};

interface Channel {
  readonly running: Running;
  readonly on: Listener;
  readonly nonce: string;
}

const openChannel = async (transport: Transport, as: 'user' | 'sudo' | 'sudo with a password'): Promise<Channel> => {
  const nonce = randomBytes(8).toString('hex');
  const on = listener(nonce);
  const running = await transport.start(entryScript(nonce, as), { onStderr: on.hear });
  return { running, on, nonce };
};

const refused = async (transport: Transport, { running, on }: Channel, sudo: boolean): Promise<FridayError> => {
  running.kill();
  const { stderr } = await running.done;
  if (sudo) return sudoError(transport.url, on.said());
  return new FridayError('host-gone', `${transport.url}: the host did not start sh for the capture`, {
    next: 'Read what the host said, and connect again. sshd may limit sessions (MaxSessions in sshd_config).',
    seen: stderr.slice(-1000),
  });
};

/** Opens the channel that the supervisor is sent to, as root where that is wished for, asking for a password where needed. */
const enter = async (transport: Transport, { sudo = false, ask }: SuperviseOptions): Promise<Channel> => {
  const channel = await openChannel(transport, sudo ? 'sudo' : 'user');
  if ((await first(['go'], channel.on, channel.running)) === 'go') return channel;
  const error = await refused(transport, channel, sudo);
  if (!sudo || ask === undefined || error.kind !== 'auth') throw error;
  const asking = await openChannel(transport, 'sudo with a password');
  const heard = first(['go'], asking.on, asking.running);
  if ((await first(['ask'], asking.on, asking.running)) === 'ask') {
    const password = await ask(`[sudo] password on ${transport.url}: `).catch(() => undefined);
    if (password !== undefined) {
      asking.running.write(`${password}\n`);
      if ((await heard) === 'go') return asking;
    }
  }
  throw await refused(transport, asking, true);
};

/** Drops what a login shell wrote before the mark. */
async function* afterMark(output: AsyncIterable<Uint8Array>, mark: string): AsyncGenerator<Uint8Array> {
  let early: Buffer | undefined = Buffer.alloc(0);
  for await (const bytes of output) {
    if (early === undefined) {
      yield bytes;
      continue;
    }
    early = Buffer.concat([early, bytes]);
    const at = early.indexOf(mark, 0, 'latin1');
    if (at < 0) continue;
    const rest = early.subarray(at + mark.length);
    early = undefined;
    if (rest.length > 0) yield rest;
  }
}

/**
 * Runs a program on the host under the supervisor (see script.ts): a heartbeat each second keeps it alive; without one
 * for `away` seconds, at the deadline, or when our end closes, it ends, cleans up and leaves nothing.
 */
export const supervise = async (transport: Transport, options: SuperviseOptions): Promise<Supervised> => {
  const { program, seconds, away = AWAY, ticks = 100 } = options;
  const { running, on, nonce } = await enter(transport, options);
  let cost: Cost = { cpu: 0, memory: 0 };
  let why: Ended['why'] = 'lost';
  let status: number | undefined;
  let pid = 0;
  const swept: string[] = [];
  on.on('swept', (words) => void swept.push(words.join(' ')));
  on.on('cost', ([cpu, kilobytes]) => {
    cost = { cpu: Number(cpu) / ticks, memory: Math.max(cost.memory, Number(kilobytes) * 1024) };
  });
  on.on('over', ([reason]) => (why = reason as Ended['why']));
  on.on('end', ([code]) => {
    status = Number(code);
    if (why === 'lost') why = 'ended';
  });
  const ready = new Promise<void>((resolve) => {
    on.on('ready', ([wrapper]) => {
      pid = Number(wrapper);
      resolve();
    });
  });
  running.write(supervisorScript({ nonce, program, away, deadline: seconds + GRACE, sweep: options.sudo === true }));
  let beats = 0;
  const beat = setInterval(() => {
    running.write(beats++ % COST_EVERY === 1 ? 'cost\n' : 'beat\n');
  }, BEAT);
  const done = running.done.then(({ status: code }): Ended => {
    clearInterval(beat);
    return { why, status: status ?? (why === 'lost' ? undefined : code), cost, stderr: on.said() };
  });
  await Promise.race([ready, done]);
  return {
    output: afterMark(running.output, `@@fbf.${nonce}@@`),
    done,
    cost: () => cost,
    stop: () => {
      running.write('stop\n');
    },
    drop: () => {
      running.kill();
    },
    swept,
    pid,
  };
};
