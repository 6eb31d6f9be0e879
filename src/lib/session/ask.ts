import { type Answer, answerFrom } from '../answer/answer.ts';
import type { Table } from '../columns/column.ts';
import { byHost } from '../columns/concat.ts';
import { asFraction, inSeconds } from '../duration.ts';
import { FridayError } from '../errors.ts';
import { currentKernel } from '../kernel.ts';
import { answerTable, readingOf } from '../questions/reading.ts';
import type { Manifest } from '../recording/format.ts';
import type { Recording } from '../recording/recording.ts';
import type { Backend, Need, Run } from './backend.ts';
import type { AskOptions } from '../api.ts';
import { type Asked, askedFor } from './names.ts';
import { ASK, checkOptions, inBytes } from './options.ts';
import { type Pending, pending } from './pending.ts';
import { reporter } from './progress.ts';
import { provenance, together } from './provenance.ts';

type Wanted = Readonly<Record<string, Asked>>;
type Answers = Record<string, Answer>;

/** Checks and completes the options once, before anything is started. */
const needOf = (wanted: Wanted, options: AskOptions): Need => {
  checkOptions('ask', options, ASK);
  const { seconds = 10, hz = 1, maxCpu, maxBytes, allow = [] } = options;
  if (!(hz > 0 && hz <= 50)) {
    throw new FridayError('usage', `hz: expected a rate of up to 50 samples a second, got ${String(hz)}`, {
      next: 'Ask for 50 or less.',
    });
  }
  return {
    sources: [...new Set(Object.values(wanted).flatMap(({ sources }) => sources))],
    seconds: inSeconds(seconds, 'seconds'),
    hz,
    sudo: allow.includes('sudo'),
    maxCpu: maxCpu === undefined ? undefined : asFraction(maxCpu, 'maxCpu'),
    maxBytes: maxBytes === undefined ? undefined : inBytes(maxBytes),
  };
};

const tablesOf = async (recording: Recording, sources: readonly string[]): Promise<ReadonlyMap<string, Table>> => {
  const there = recording.sources();
  const read = await recording.tables(sources.filter((name) => there.includes(name)));
  return new Map([...read].map(([name, { table }]) => [name, table]));
};

interface Part {
  readonly table: Table;
  readonly manifest: Manifest;
  readonly dir: string;
}

/** The tables of every wanted name from one recording, as far as it has come. */
const partsOf = async (recording: Recording, wanted: Wanted): Promise<Readonly<Record<string, Part>>> => {
  const { host } = recording.manifest;
  const tables = await tablesOf(recording, [...new Set(Object.values(wanted).flatMap(({ sources }) => sources))]);
  const reading = readingOf(host, tables);
  const { manifest, dir } = recording;
  const one = (asked: Asked): Table =>
    asked.kind === 'question'
      ? answerTable(asked.question, reading)
      : (tables.get(asked.source.name) ?? { size: 0, data: {}, docs: asked.source.columns });
  return Object.fromEntries(Object.entries(wanted).map(([key, asked]) => [key, { table: one(asked), manifest, dir }]));
};

const sentence = (asked: Asked, rows: number, hosts: readonly string[]): string => {
  const what = asked.kind === 'question' ? asked.question.name : asked.source.name;
  return `${what} of ${hosts.join(', ')}: ${String(rows)} rows`;
};

/** Names that tell the hosts apart: a name that comes twice gets its number. */
const labels = (hosts: readonly string[]): readonly string[] =>
  hosts.map((host, i) => {
    const before = hosts.slice(0, i).filter((each) => each === host).length;
    return before === 0 ? host : `${host} #${String(before + 1)}`;
  });

const joined = (asked: Asked, key: string, parts: readonly Part[], code: string): Answer => {
  const [first] = parts;
  if (first === undefined)
    throw new FridayError('usage', 'ask: no host is connected', { next: 'connect to one first.' });
  const hosts = labels(parts.map(({ manifest }) => manifest.host.hostname));
  const table =
    parts.length === 1 ? first.table : byHost(parts.map((part, i) => ({ host: hosts[i] ?? '', table: part.table })));
  const dir = parts.map((part) => part.dir).join(', ');
  const hows = parts.map(({ manifest }) => provenance(asked, manifest, { as: key, code, dir, seen: table.size }));
  return answerFrom(
    table,
    { ...together(hows, hosts), host: hosts.join(', ') },
    { say: sentence(asked, table.size, hosts) },
  );
};

const collect = async (runs: readonly Run[], wanted: Wanted, code: string): Promise<Answers> => {
  const recordings = await Promise.all(runs.map(({ recording }) => recording));
  await Promise.all(recordings.map((recording) => recording.refresh()));
  const parts = await Promise.all(recordings.map((recording) => partsOf(recording, wanted)));
  return Object.fromEntries(
    Object.entries(wanted).map(([key, asked]) => [
      key,
      joined(
        asked,
        key,
        parts.flatMap((part) => part[key] ?? []),
        code,
      ),
    ]),
  );
};

/** Looks at the unfinished answer at most once a second, and only while somebody reads `sofar`. */
const looker = (runs: readonly Run[], wanted: Wanted, code: string): (() => Answers | undefined) => {
  let value: Answers | undefined;
  let looked = 0;
  return () => {
    if (Date.now() - looked > 1000) {
      looked = Date.now();
      collect(runs, wanted, code).then(
        (found) => {
          value = found;
        },
        () => undefined,
      );
    }
    return value;
  };
};

/** Records one window on every host and answers all that was wanted from it. */
export const askAll = (
  backends: readonly Backend[],
  names: Readonly<Record<string, string>>,
  options: AskOptions,
  code: string,
): Pending<Answers> => {
  const wanted: Wanted = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, askedFor(name)]));
  const need = needOf(wanted, options);
  const report = reporter(backends.some(({ live }) => live));
  const runs = backends.map((backend) =>
    backend.run(need, (progress) => {
      report.progress(backend.url, progress);
    }),
  );
  const stop = (): void => {
    for (const run of runs) run.stop();
  };
  const { signal } = currentKernel() ?? {};
  signal?.addEventListener('abort', stop, { once: true });
  const look = looker(runs, wanted, code);
  const answers = Promise.all(runs.map(({ done }) => done))
    .then(() => collect(runs, wanted, code))
    .finally(() => {
      signal?.removeEventListener('abort', stop);
      report.end();
    });
  return pending(answers, { sofar: look, stop });
};
