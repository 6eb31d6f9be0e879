import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { attachRecorder, startRecorder } from '../../recorder/client.ts';
import type { Order, Progress as RecorderProgress, RecorderClient, RecordingRun } from '../../recorder/client.ts';
import type { Limits } from '../api.ts';
import { currentKernel } from '../kernel.ts';
import { TEXT } from '../mime.ts';
import type { Manifest } from '../recording/format.ts';
import { recordingsFolder } from '../recording/nearby.ts';
import { openRecording } from '../recording/open.ts';
import type { Recording } from '../recording/recording.ts';
import { currentPrompt } from './prompt.ts';
import { checked } from './check/checked.ts';
import { checkProcesses } from './check/live-processes.ts';
import { lookAtSudo, triesRoot, type Sudo } from './check/sudo.ts';
import type { Backend, Need, Progress, Run } from './backend.ts';
import { attachedSentence, moment } from './describe.ts';
import { availableEvents } from './ftrace/available.ts';
import { limitsOf } from './limits.ts';
import { withDebugger } from './options.ts';
import { processesOf, type FoundProcess } from './processes.ts';
import { planLive } from './plan/live.ts';
import { programOrders } from './program-orders.ts';
import { sampledFor } from './sampled.ts';

const stamp = (): string => new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');

/** A new folder in ./recordings (or FBF_RECORDINGS), named so that names sort by time. */
const folderFor = (hostname: string): string => {
  const safe = hostname.replace(/[^\w.-]/g, '_').slice(0, 60);
  return join(recordingsFolder(), `${stamp()}-${safe}-${randomBytes(2).toString('hex')}`);
};

const said = ({ seconds, of, samples, bytes }: RecorderProgress): Progress => ({
  seconds,
  of,
  say: `${String(samples)} samples, ${(bytes / 1e6).toFixed(1)} MB`,
});

/** The manifest that a killed recorder left, if it has samples: a valid answer. Otherwise throws the error. */
const leftBy = async (dir: string, error: unknown): Promise<Manifest> => {
  const recording = await openRecording(dir).catch(() => undefined);
  const some = Object.values(recording?.manifest.sources ?? {}).some(({ samples }) => samples > 0);
  if (recording === undefined || !some) throw error;
  return recording.manifest;
};

/** Opens the recording that is being written, at the first progress that finds it. */
const opener = (dir: string) => {
  let first: (recording: Recording) => void = () => undefined;
  const opened = new Promise<Recording>((resolve) => {
    first = resolve;
  });
  let opening = false;
  const look = (): void => {
    if (opening) return;
    opening = true;
    openRecording(dir).then(first, () => {
      opening = false;
    });
  };
  return { opened, look };
};

/** As whom the sampler runs: sudo is not tried where it is known to refuse. */
const samplerAs = (need: Need): Pick<Order, 'sudo' | 'asLogin'> => {
  if (!need.sudo) return {};
  if (triesRoot(need)) return { sudo: true };
  return { asLogin: `it allows this login only ${Object.keys(need.sudoers?.tools ?? {}).join(' and ')}` };
};

const start = (client: RecorderClient, wanted: Need | Promise<Need>, onProgress: (progress: Progress) => void): Run => {
  const dir = folderFor(client.facts.hostname);
  const { opened, look } = opener(dir);
  const record = async (): Promise<RecordingRun> => {
    const need = await wanted;
    const programs = await programOrders(client, need, () => processesNow(client, need));
    return client.record({
      dir,
      ...sampledFor(need),
      programs,
      seconds: need.seconds,
      ...samplerAs(need),
      ...(need.debugger === true ? { debugger: true } : {}),
      ...(need.maxCpu === undefined ? {} : { maxCpu: need.maxCpu }),
      ...(need.maxMemory === undefined ? {} : { maxMemory: need.maxMemory }),
      ...(need.maxBytes === undefined ? {} : { maxBytes: need.maxBytes }),
      onProgress: (progress) => {
        onProgress(said(progress));
        look();
      },
    });
  };
  const begun = record();
  const done = begun.then((run) => run.done).catch((error: unknown) => leftBy(dir, error));
  done.catch(() => undefined);
  const recording = Promise.race([opened, done.then(() => openRecording(dir))]);
  recording.catch(() => undefined);
  return { recording, done, stop: () => void begun.then((run) => run.stop()).catch(() => undefined) };
};

type As = Pick<Need, 'sudo' | 'sudoers'>;

/** The processes of the host, from a recording of one second. */
const processesNow = async (client: RecorderClient, as: As | Promise<As>): Promise<readonly FoundProcess[]> => {
  const { sudo, sudoers } = await as;
  const run = start(client, { sources: ['proc.pid.stat'], seconds: 1, hz: 1, sudo, sudoers }, () => undefined);
  return processesOf(await run.done);
};

/** Attaches to the recorder that has waited for this kernel to restart, otherwise starts one. */
const reach = async (url: string): Promise<RecorderClient> => {
  const kernel = currentKernel();
  const options = { promptUser: currentPrompt(), signal: kernel?.signal, kernel: kernel?.file };
  const attached = await attachRecorder(url, options);
  if (attached !== undefined) kernel?.display({ [TEXT]: attachedSentence(url, attached.running) });
  return attached ?? startRecorder(url, options);
};

/** The limits of a connection. */
type Allowed = ReturnType<typeof limitsOf> & Pick<Need, 'debugger'>;

/** A host that is connected through our recorder process. */
export const liveBackend = async (url: string, limits: Limits): Promise<Backend> => {
  const allowed: Allowed = { ...limitsOf(limits), debugger: withDebugger(limits.allow) };
  const { maxCpu, maxMemory, maxBytes, sudo } = allowed;
  const client = await reach(url);
  let looked: Promise<Sudo | undefined> | undefined;
  const as = async (wantsSudo: boolean): Promise<As> => {
    if (!wantsSudo || client.access.root) return { sudo: wantsSudo };
    return { sudo: true, sudoers: await (looked ??= lookAtSudo(client)) };
  };
  const limited = async (need: Need): Promise<Need> => ({
    ...need,
    maxCpu: need.maxCpu ?? maxCpu,
    maxMemory: need.maxMemory ?? maxMemory,
    maxBytes: need.maxBytes ?? maxBytes,
    debugger: need.debugger === true || allowed.debugger === true,
    ...(await as(need.sudo || sudo)),
  });
  return {
    url,
    live: true,
    about: { host: client.facts, when: `connected ${moment(new Date())}` },
    run: (need, onProgress) => start(client, limited(need), onProgress),
    plan: async (need) => planLive(client, await limited(need)),
    processes: () => processesNow(client, as(sudo)),
    events: async (asRoot) => availableEvents(client, await as(asRoot || sudo)),
    check: (wanted, how) => checked(client, wanted, { limits: allowed, ...how }),
    checkProcesses: async (processes) => checkProcesses(client, processes, await as(sudo)),
    audit: async () => (await client.audit()).left.map(({ kind, left }) => ({ kind, left })),
    close: () => client.close(),
  };
};
