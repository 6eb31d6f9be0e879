import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startRecorder } from '../../recorder/client.ts';
import type { Progress as RecorderProgress, RecorderClient } from '../../recorder/client.ts';
import { currentKernel } from '../kernel.ts';
import { openRecording } from '../recording/open.ts';
import type { Recording } from '../recording/recording.ts';
import { findSource } from '../sources/list.ts';
import type { Backend, Need, Progress, Run } from './backend.ts';

const stamp = (): string => new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');

/** Recordings lie in ./recordings (or FBF_RECORDINGS), one folder each, named so that they sort by time. */
const folderFor = (hostname: string): string => {
  const safe = hostname.replace(/[^\w.-]/g, '_').slice(0, 60);
  return join(process.env['FBF_RECORDINGS'] ?? 'recordings', `${stamp()}-${safe}-${randomBytes(2).toString('hex')}`);
};

const said = ({ seconds, of, samples, bytes }: RecorderProgress): Progress => ({
  seconds,
  of,
  say: `${String(samples)} samples, ${(bytes / 1e6).toFixed(1)} MB`,
});

const start = (client: RecorderClient, need: Need, onProgress: (progress: Progress) => void): Run => {
  const sources = need.sources.map((name) => ({ name, recipe: findSource(name).recipe, hz: need.hz }));
  let first: (recording: Recording) => void = () => undefined;
  const opened = new Promise<Recording>((resolve) => {
    first = resolve;
  });
  let opening = false;
  const run = client.record({
    dir: folderFor(client.facts.hostname),
    sources,
    seconds: need.seconds,
    processHz: Math.min(need.hz, 1),
    ...(need.maxCpu === undefined ? {} : { maxCpu: need.maxCpu }),
    ...(need.maxBytes === undefined ? {} : { maxBytes: need.maxBytes }),
    onProgress: (progress) => {
      onProgress(said(progress));
      if (opening) return;
      opening = true;
      openRecording(run.dir).then(first, () => {
        opening = false;
      });
    },
  });
  const recording = Promise.race([opened, run.done.then(() => openRecording(run.dir))]);
  recording.catch(() => undefined);
  return { recording, done: run.done, stop: () => void run.stop().catch(() => undefined) };
};

/** Asks through the running kernel; without one nobody can be asked, and whatever would ask fails at once. */
const prompt = () => {
  const kernel = currentKernel();
  return (
    kernel &&
    ((question: { text: string; secret: boolean }) => kernel.prompt(question.text, { password: question.secret }))
  );
};

/** A host that a recorder process of ours is connected to. */
export const liveBackend = async (url: string, maxCpu?: number): Promise<Backend> => {
  const client = await startRecorder(url, { prompt: prompt(), signal: currentKernel()?.signal });
  return {
    url,
    live: true,
    run: (need, onProgress) => start(client, { ...need, maxCpu: need.maxCpu ?? maxCpu }, onProgress),
    processes: async () => {
      const run = start(client, { sources: ['proc.pid.stat'], seconds: 1, hz: 1 }, () => undefined);
      return (await run.done).processes;
    },
    audit: async () => (await client.audit()).left.map(({ kind, left }) => ({ kind, left })),
    close: () => client.close(),
  };
};
