import type { Manifest } from '../lib/recording/format.ts';
import { leftoversRemoved } from '../lib/recording/warning.ts';
import { audit, lookAfterConnect } from '../lib/supervisor/audit.ts';
import { READINESS, readReadiness } from '../lib/supervisor/facts.ts';
import { openTransport } from '../lib/transport/open.ts';
import type { Finished, ShOptions } from '../lib/transport/transport.ts';
import { runCommand } from './command.ts';
import type { Audit, CommandResult, Order, Progress, PromptUser, Running, Snapshot, Tried } from './contract.ts';
import type { Connected, ConnectCall, RunCall, TryCall } from './protocol.ts';
import { promptOf } from './prompt.ts';
import { startRun, type Run } from './run.ts';
import { tryProgram } from './try-program.ts';

/** The host to which this recorder is connected, and its runs. */
export interface Host {
  readonly connected: Omit<Connected, 'running'>;
  /** Versions of the tools that answers use. */
  readonly versions: Promise<Readonly<Record<string, string>>>;
  sh(script: string, options: ShOptions): Promise<Finished>;
  run(call: RunCall, signal: AbortSignal): Promise<CommandResult>;
  try(call: TryCall, signal: AbortSignal): Promise<Tried>;
  /** Resolves when the recording is closed. */
  record(run: string, order: Omit<Order, 'onProgress'>, onProgress: (progress: Progress) => void): Promise<Manifest>;
  stop(run: string): Promise<void>;
  /** The recordings that are not closed yet. */
  running(): readonly Running[];
  audit(before?: Snapshot): Promise<Audit>;
  /** Closes recordings as cut with that reason, then the connection. */
  close(why: string): Promise<void>;
}

interface ConnectOptions {
  readonly promptUser: PromptUser | undefined;
  readonly signal: AbortSignal;
}

/** Connects to a host, reads its facts and removes leftovers of dead runs, in one round trip. */
export const connectHost = async (call: ConnectCall, { promptUser, signal }: ConnectOptions): Promise<Host> => {
  const { url, away, sshConfig } = call;
  const prompter = promptUser && ((text: string): Promise<string> => promptUser(promptOf(text)));
  const { transport, first } = await openTransport(url, { prompter, signal, sshConfig, away, first: READINESS });
  const { facts, tools, access, swept } = readReadiness(url, Buffer.from(first.stdout).toString('utf8'));
  // What could not be read is missing in manifests, and the audit reports it.
  const look = lookAfterConnect(transport).catch(() => undefined);
  const versions = look.then((found) => found?.versions ?? {});
  const runs = new Map<string, Run>();

  const record: Host['record'] = async (name, order, onProgress) => {
    const run = startRun(transport, { order, facts, tools, versions, away, prompter, onProgress });
    runs.set(name, run);
    try {
      return await run.done;
    } finally {
      runs.delete(name);
    }
  };
  const close = async (why: string): Promise<void> => {
    await Promise.allSettled([...runs.values()].map((run) => run.stop(why)));
    await transport.close();
  };
  return {
    connected: { url, facts, tools, access, warnings: swept.map(leftoversRemoved) },
    versions,
    sh: (script, options) => transport.sh(script, options),
    run: (what, stopped) => runCommand(transport, what, { signal: stopped, away, prompter, ticks: facts.ticks }),
    try: ({ order, sudo }, stopped) =>
      tryProgram(transport, order, { order: { sudo: sudo === true }, facts, away, prompter, signal: stopped }),
    record,
    stop: async (name) => runs.get(name)?.stop('it was stopped'),
    running: () => [...runs.values()].map((run) => run.running()),
    audit: async (since) => audit(transport, since ?? (await look)?.settings),
    close,
  };
};
