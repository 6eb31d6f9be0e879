import { randomBytes } from 'node:crypto';
import { FridayError } from '../errors.ts';
import { AWAY, type Prompter, type Running, type Transport } from '../transport/transport.ts';
import { entryScript, supervisorScript } from './script.ts';

/** CPU seconds and peak bytes on the host, of our processes and of the sshd that serves us. */
export interface Cost {
  readonly cpu: number;
  readonly memory: number;
}

/** How a supervised program ended. `closed`: the recorder closed the channel; `lost`: the host stopped answering. */
export interface Ended {
  readonly why: 'ended' | 'stopped' | 'away' | 'closed' | 'killed' | 'deadline' | 'lost';
  /** The program's own exit status, if the supervisor could still report it. */
  readonly status: number | undefined;
  readonly cost: Cost;
  /** The program's standard error, at most 64 KB. */
  readonly stderr: string;
}

/** A program that runs under the supervisor; it and its children end when the heartbeat stops. */
export interface Supervised {
  /** The program's output; read it to its end. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly done: Promise<Ended>;
  /** The latest measurement, taken every 10 s. */
  cost(): Cost;
  /** Asks the program to stop; its final output still arrives. */
  stop(): void;
  /** Closes the channel and drops pending output; the host notices and cleans up by itself. */
  drop(): void;
  /** Dead runs whose leftovers were removed before the start: the name of each, and what it had left. */
  readonly swept: readonly string[];
  readonly pid: number;
}

export interface SuperviseOptions {
  readonly program: string;
  readonly seconds: number;
  /** Seconds without a heartbeat after which everything on the host ends by itself. */
  readonly away?: number | undefined;
  /** Runs as root through sudo; `prompter` gets the password if one is needed. Refused: kind 'not-allowed' or 'auth'. */
  readonly sudo?: boolean | undefined;
  readonly prompter?: Prompter | undefined;
  /** USER_HZ of the host. */
  readonly ticks?: number | undefined;
}

const BEAT = 1_000;
const COST_EVERY = 10;
/** Milliseconds that sudo or a login shell has to start sh, and seconds of grace after the program's own end. */
const PATIENCE = 20_000;
const GRACE = 15;
const REFUSAL = /try again/i;

/** Separates the supervisor's messages on standard error from the program's text. */
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
    on: (name: string, listener: (words: readonly string[]) => void) => void waiting.set(name, listener),
    said: () => rest,
    /** Called when sudo asks again: the password was wrong, and sudo would wait for another one. */
    refused: (listener: () => void) => void (onRefusal = listener),
  };
};

type Listener = ReturnType<typeof listener>;

/** Resolves with the first of `words` that arrives; 'done' if the channel closes before, 'late' after PATIENCE. */
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
    return new FridayError('not-allowed', `sudo on ${url}: requiretty in sudoers demands a terminal`, { next: 'Have "Defaults:USER !requiretty" set in sudoers, or leave out allow: ["sudo"].', seen }); // prettier-ignore
  if (/password|try again|authentication/i.test(said))
    return new FridayError('auth', `sudo on ${url}: the password was missing or wrong`, { next: 'Capture from a notebook or a terminal, where you can be asked; have NOPASSWD set in sudoers; or leave out allow: ["sudo"].', seen }); // prettier-ignore
  if (/not found/.test(said))
    return new FridayError('missing', `sudo on ${url}: sudo is not installed`, { next: 'Log in as root, or leave out allow: ["sudo"].', seen }); // prettier-ignore
  return new FridayError('not-allowed', `sudo on ${url}: you may not run sh as root`, { next: 'List what you may run: sudo -n -l. Ask for sh to be allowed in sudoers, or leave out allow: ["sudo"].', seen }); // prettier-ignore
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
    next: 'See "seen" for what the host printed, and connect again. sshd may limit sessions (MaxSessions in sshd_config).',
    seen: stderr.slice(-1000),
  });
};

/** Opens the channel for the supervisor, as root if wanted; asks for a password if sudo needs one. */
const enter = async (transport: Transport, { sudo = false, prompter }: SuperviseOptions): Promise<Channel> => {
  const channel = await openChannel(transport, sudo ? 'sudo' : 'user');
  if ((await first(['go'], channel.on, channel.running)) === 'go') return channel;
  const error = await refused(transport, channel, sudo);
  if (!sudo || prompter === undefined || error.kind !== 'auth') throw error;
  const asking = await openChannel(transport, 'sudo with a password');
  const started = first(['go'], asking.on, asking.running);
  if ((await first(['ask'], asking.on, asking.running)) === 'ask') {
    const password = await prompter(`[sudo] password on ${transport.url}: `).catch(() => undefined);
    if (password !== undefined) {
      asking.running.write(`${password}\n`);
      if ((await started) === 'go') return asking;
    }
  }
  throw await refused(transport, asking, true);
};

/** Drops what a login shell printed before the mark. */
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
 * Runs a program on the host under the supervisor (see script.ts). A heartbeat each second keeps it alive: without one
 * for `away` seconds, at the deadline, or when our end closes, the program ends and everything is cleaned up.
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
