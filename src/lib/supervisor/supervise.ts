import { AWAY, type Transport } from '../transport/transport.ts';
import { enter, type EnterOptions } from './enter.ts';
import { supervisorScript } from './script.ts';

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
  /** The latest measurement. */
  cost(): Cost;
  /** Asks the program to stop; its final output still arrives. */
  stop(): void;
  /** Closes the channel and drops pending output; the host notices and cleans up by itself. */
  drop(): void;
  /** Dead runs whose leftovers were removed before the start: the name of each, and what it had left. */
  readonly swept: readonly string[];
  readonly pid: number;
}

export interface SuperviseOptions extends EnterOptions {
  readonly program: string;
  readonly seconds: number;
  /** Seconds without a heartbeat after which everything on the host ends by itself. */
  readonly away?: number | undefined;
  /** USER_HZ of the host. */
  readonly ticks?: number | undefined;
  /** The signal that asks the program to stop; default TERM. */
  readonly stop?: 'TERM' | 'INT' | undefined;
  /** Seconds that the program then has for its last output; default 2. */
  readonly grace?: number | undefined;
  /** False: the cost is that of the program alone, without the sshd that several programs share. */
  readonly serves?: boolean | undefined;
  /** Seconds between two measurements of the cost, at least those between two heartbeats; default 10. */
  readonly costEvery?: number | undefined;
}

/** Seconds between two heartbeats, which cost the host: it misses several before it takes us for gone. */
const beatFor = (away: number): number => Math.min(3, Math.max(1, Math.floor(away / 5)));
const COST_EVERY = 10;
/** Seconds between the end of the program's window and the deadline: time for its start and its last output. */
const SPARE = 15;
const GRACE = 2;

/** Sends a heartbeat every few seconds; some of them ask for the cost, too. */
const startBeat = (
  write: (line: string) => void,
  { away, costEvery }: { readonly away: number; readonly costEvery: number },
): NodeJS.Timeout => {
  const between = beatFor(away);
  const asking = Math.max(1, Math.round(costEvery / between));
  let beats = 0;
  return setInterval(() => {
    write(beats++ % asking === 0 ? 'cost\n' : 'beat\n');
  }, between * 1000);
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
 * Runs a program on the host under the supervisor (see script.ts). Heartbeats, each 3 s or a fifth of `away`, keep it alive: without one
 * for `away` seconds, at the deadline, or when our end closes, the program ends and everything is cleaned up.
 */
export const supervise = async (transport: Transport, options: SuperviseOptions): Promise<Supervised> => {
  const { program, seconds, away = AWAY, ticks = 100, stop = 'TERM', grace = GRACE, serves = true } = options;
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
  const deadline = seconds + SPARE;
  const sweep = options.sudo === true;
  running.write(supervisorScript({ nonce, program, away, deadline, sweep, stop, grace, serves }));
  const beat = startBeat((line) => { running.write(line); }, { away, costEvery: options.costEvery ?? COST_EVERY }); // prettier-ignore
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
