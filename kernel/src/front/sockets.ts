import { setTimeout as sleep } from 'node:timers/promises';
import { Reply, Router, XPublisher } from 'zeromq';
import { type Json, createSigner, decode, encode, type Message, type Outgoing } from './wire.ts';

/** The connection file that the command line names. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
}

export type Channel = 'shell' | 'control' | 'stdin';

export interface Sockets {
  /** Queues a message to one client. */
  send(channel: Channel, ids: readonly Buffer[], message: Outgoing): void;
  /** Queues a message to all clients. */
  publish(message: Outgoing): void;
  /** Resolves when libzmq has taken everything queued so far. */
  flushed(): Promise<void>;
  close(): void;
}

interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

/** zeromq.js allows one send at a time and throws EBUSY on a second: sends are queued, none is dropped. */
const queued = (socket: Sender, log: (line: string) => void) => {
  const waiting: Uint8Array[][] = [];
  let pumping: Promise<void> | undefined;
  const pump = async (): Promise<void> => {
    for (let frames = waiting.shift(); frames; frames = waiting.shift()) {
      await socket.send(frames).catch((error: unknown) => {
        log(`send: ${String(error)}`);
      });
    }
    pumping = undefined;
  };
  return {
    push: (frames: Uint8Array[]): void => {
      waiting.push(frames);
      pumping ??= pump();
    },
    flushed: (): Promise<void> => pumping ?? Promise.resolve(),
  };
};

const address = ({ transport, ip }: Connection, port: number): string =>
  transport === 'ipc' ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;

/** No limit on queued messages, so that none is dropped while its client is connected; closing waits 1 s to send them. */
const unlimited = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 } as const;

/**
 * A client connects its sockets before the kernel binds them, and each tries again on its own: its first request may arrive up
 * to 0.1 s before its subscription, and what is published until then is lost. A client that never sees `idle` waits for ever
 * (jupyter console). So the first request waits for a subscription, at most this long: a client may do without one.
 */
const FIRST_SUBSCRIPTION = 1000;

/** Resolves `first` at the first subscription; waiting for it has a limit. */
const subscriptions = () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let waiting: Promise<undefined> | undefined;
  return {
    seen: () => { resolve(undefined); }, // prettier-ignore
    first: () => (waiting ??= Promise.race([promise, sleep(FIRST_SUBSCRIPTION, undefined, { ref: false })])),
  };
};

/** Answers each subscription with an iopub_welcome (JEP 65), so that a client knows that it will miss nothing. */
const welcome = async (
  iopub: XPublisher,
  publish: (message: Outgoing, topic: Buffer) => void,
  seen: () => void,
): Promise<void> => {
  for await (const [frame] of iopub) {
    if (frame?.[0] !== 1) continue;
    seen();
    const topic = frame.subarray(1);
    const content: Json = { subscription: topic.toString('utf8') };
    publish({ type: 'iopub_welcome', parent: undefined, content }, Buffer.from(topic));
  }
};

/** Echoes each heartbeat; the front process never computes for long, so the echo is never late. */
const beat = async (heartbeat: Reply): Promise<void> => {
  for await (const frames of heartbeat) await heartbeat.send(frames);
};

const bindAll = async (connection: Connection) => {
  const routers = { shell: new Router(unlimited), control: new Router(unlimited), stdin: new Router(unlimited) };
  const iopub = new XPublisher({ ...unlimited, verbosity: 'allSubs' });
  const heartbeat = new Reply({ linger: 0 });
  const all = [routers.shell, routers.control, routers.stdin, iopub, heartbeat];
  const ports = [connection.shell_port, connection.control_port, connection.stdin_port];
  ports.push(connection.iopub_port, connection.hb_port);
  await Promise.all(all.map((socket, i) => socket.bind(address(connection, ports[i] ?? 0))));
  return { routers, iopub, heartbeat, all };
};

const queues = ({ routers, iopub }: Awaited<ReturnType<typeof bindAll>>, log: (line: string) => void) => ({
  shell: queued(routers.shell, log),
  control: queued(routers.control, log),
  stdin: queued(routers.stdin, log),
  iopub: queued(iopub, log),
});

/** Binds the five sockets of a connection file; each message with a valid signature reaches `receive`, in order. */
export const openSockets = async (
  connection: Connection,
  receive: (channel: Channel, message: Message) => void,
  log: (line: string) => void,
): Promise<Sockets> => {
  const signer = createSigner(connection.signature_scheme, connection.key);
  const bound = await bindAll(connection);
  const { routers, iopub, heartbeat, all } = bound;

  const subscribed = subscriptions();
  const out = queues(bound, log);
  const read = async (channel: Channel): Promise<void> => {
    for await (const frames of routers[channel]) {
      if (channel === 'shell') await subscribed.first();
      try {
        receive(channel, decode(signer, frames));
      } catch (error) {
        log(`${channel}: message ignored: ${String(error)}`);
      }
    }
  };
  const publishTo = (message: Outgoing, topic: Buffer): void => {
    out.iopub.push(encode(signer, [topic], message));
  };
  const publish = (message: Outgoing): void => {
    publishTo(message, Buffer.from(message.type, 'latin1'));
  };
  const reading = [
    beat(heartbeat),
    welcome(iopub, publishTo, subscribed.seen),
    read('shell'),
    read('control'),
    read('stdin'),
  ];
  void Promise.all(reading).catch((error: unknown) => {
    log(`sockets closed: ${String(error)}`);
  });
  return {
    publish,
    send: (channel, ids, message) => {
      out[channel].push(encode(signer, ids, message));
    },
    flushed: async () => {
      await Promise.all(Object.values(out).map((queue) => queue.flushed()));
    },
    close: () => {
      for (const socket of all) socket.close();
    },
  };
};
