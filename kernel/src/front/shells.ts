import { randomUUID } from 'node:crypto';
import type { Request } from './requests.ts';
import type { Header, Json } from './wire.ts';

export interface ShellHandlers {
  /** Runs one request until its reply; true when the execute requests queued behind it are to be aborted. */
  readonly run: (request: Request) => Promise<boolean>;
  readonly abort: (request: Request) => void;
}

/** One queue of requests that run one after the other. */
const createShell = ({ run, abort }: ShellHandlers, running: Set<Header>) => {
  const waiting: Request[] = [];
  let busy = false;
  const drain = async (): Promise<void> => {
    busy = true;
    for (let request = waiting.shift(); request; request = waiting.shift()) {
      running.add(request.header);
      const aborting = await run(request);
      running.delete(request.header);
      if (!aborting) continue;
      const { header } = request;
      const doomed = waiting.filter((later) => later.header.msg_type === 'execute_request' && later.header !== header);
      waiting.splice(0, waiting.length, ...waiting.filter((later) => !doomed.includes(later)));
      doomed.forEach(abort);
    }
    busy = false;
  };
  return {
    push: (request: Request): void => {
      waiting.push(request);
      if (!busy) void drain();
    },
  };
};

/**
 * The main shell and its subshells (JEP 91). Each runs its requests in order. All share the user process, so a cell of
 * a subshell runs while another cell awaits, but not while one computes.
 */
export const createShells = (handlers: ShellHandlers) => {
  const running = new Set<Header>();
  const main = createShell(handlers, running);
  const others = new Map<string, ReturnType<typeof createShell>>();
  return {
    /** The requests that run now: their status is busy, whatever else was answered meanwhile. */
    running,
    /** False when the subshell does not exist. */
    push: (request: Request): boolean => {
      const id = request.header['subshell_id'];
      const shell = typeof id === 'string' ? others.get(id) : main;
      shell?.push(request);
      return shell !== undefined;
    },
    create: (): Json => {
      const id = randomUUID();
      others.set(id, createShell(handlers, running));
      return { status: 'ok', subshell_id: id };
    },
    delete: ({ subshell_id: id }: Json): Json => {
      if (typeof id === 'string' && others.delete(id)) return { status: 'ok' };
      const evalue = `no subshell ${String(id)}`;
      return { status: 'error', ename: 'SubshellError', evalue, traceback: [evalue] };
    },
    list: (): Json => ({ status: 'ok', subshell_id: [...others.keys()] }),
  };
};

export type Shells = ReturnType<typeof createShells>;
