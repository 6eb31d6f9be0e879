import { basename } from 'node:path';
import { type Answer, answerFrom } from '../answer/answer.ts';
import type { How } from '../answer/how.ts';
import type { Table } from '../columns/column.ts';
import { byHost } from '../columns/concat.ts';
import { FridayError } from '../errors.ts';
import { printable } from '../printable.ts';
import { readingOf } from '../questions/reading.ts';
import type { Manifest } from '../recording/format.ts';
import type { Recording } from '../recording/recording.ts';
import type { Backend, Run } from './backend.ts';
import type { Asked } from './names.ts';
import { provenance, together } from './provenance.ts';
import { takenWay, type Taken } from './taken.ts';

export type Wanted = Readonly<Record<string, Asked>>;
export type Answers = Record<string, Answer>;

/** A capture, running or ended, and its host. */
export interface Capture {
  readonly of: Pick<Backend, 'url' | 'live'>;
  readonly run: Run;
}

const tablesOf = async (recording: Recording, sources: readonly string[]): Promise<ReadonlyMap<string, Table>> => {
  const there = recording.sources();
  const read = await recording.tables(sources.filter((name) => there.includes(name)));
  return new Map([...read].map(([name, { table }]) => [name, table]));
};

/** The part of an answer that one host or recording gives. */
export interface Part {
  readonly of: Capture['of'];
  readonly table: Table;
  readonly manifest: Manifest;
  readonly dir: string;
  /** The program that answered, if one did. */
  readonly taken: Taken | undefined;
  /** What else its provenance says. */
  readonly also?: Partial<How>;
}

/** The tables of all wanted names from one recording, as far as it has been written. */
const partsOf = async (
  { of }: Capture,
  recording: Recording,
  wanted: Wanted,
): Promise<Readonly<Record<string, Part>>> => {
  const { host } = recording.manifest;
  const tables = await tablesOf(recording, [...new Set(Object.values(wanted).flatMap(({ sources }) => sources))]);
  const reading = readingOf(host, tables);
  const { manifest, dir } = recording;
  const one = async (asked: Asked): Promise<Part> => {
    const part = { of, manifest, dir, taken: undefined };
    if (asked.kind === 'source') {
      const empty = { size: 0, data: {}, docs: asked.source.columns };
      return { ...part, table: tables.get(asked.source.name) ?? empty };
    }
    const taken = await takenWay(recording, asked.question);
    return { ...part, taken, table: taken?.table ?? asked.question.table(reading) };
  };
  const parts = Object.entries(wanted).map(async ([key, asked]) => [key, await one(asked)] as const);
  return Object.fromEntries(await Promise.all(parts));
};

const rows = (size: number): string => `${String(size)} ${size === 1 ? 'row' : 'rows'}`;

const sentence = (asked: Asked, size: number, hosts: readonly string[], isOpen: boolean): string => {
  const what = asked.kind === 'question' ? asked.question.name : asked.source.name;
  return `${what} of ${hosts.join(', ')}: ${rows(size)}${isOpen ? ' so far' : ''}`;
};

const hasStacks = (asked: Asked): boolean =>
  asked.kind === 'question' && asked.question.columns['stack']?.ref === 'stack';

/** What tells two captures of hosts with the same name apart: the recording's folder, or the host's URL. */
const distinction = ({ of, dir }: Part): string => (of.live ? of.url : basename(dir));

/** The names of the hosts; equal names are made distinct: 'web1 (before)' and 'web1 (after)', or by number. */
const labels = (parts: readonly Part[]): readonly string[] => {
  const names = parts.map(({ manifest }) => printable(manifest.host.hostname));
  const full = parts.map((part, i) => {
    const name = names[i] ?? '';
    return names.filter((each) => each === name).length > 1 ? `${name} (${printable(distinction(part))})` : name;
  });
  return full.map((label, i) => {
    const before = full.slice(0, i).filter((each) => each === label).length;
    return before === 0 ? label : `${label} #${String(before + 1)}`;
  });
};

/** One answer made of the parts that hosts give. */
export const joined = (asked: Asked, key: string, parts: readonly Part[], code: string): Answer => {
  const [first] = parts;
  if (first === undefined)
    throw new FridayError('usage', 'ask: no host is connected', { next: "Connect to one: await connect('local:')." });
  const hosts = labels(parts);
  const table =
    parts.length === 1 ? first.table : byHost(parts.map((part, i) => ({ host: hosts[i] ?? '', table: part.table })));
  const dir = parts.map((part) => part.dir).join(', ');
  const manifests = parts.map(({ manifest }) => manifest);
  const hows = parts.map(({ manifest, taken, also }) => ({
    ...provenance(asked, manifest, { as: key, code, dir, seen: table.size, taken }),
    ...also,
  }));
  const isOpen = parts.some(({ manifest }) => manifest.status === 'open');
  return answerFrom(
    table,
    { ...together(hows, manifests, hosts), host: hosts.join(', ') },
    {
      say: sentence(asked, table.size, hosts, isOpen),
      ...(hasStacks(asked) ? { figure: 'flamegraph' as const } : {}),
    },
  );
};

/** The answers to all wanted questions, of all hosts, from what is recorded so far. */
export const collect = async (captures: readonly Capture[], wanted: Wanted, code: string): Promise<Answers> => {
  const recordings = await Promise.all(captures.map(({ run }) => run.recording));
  await Promise.all(recordings.map((recording) => recording.refresh()));
  const parts = await Promise.all(
    captures.flatMap((capture, i) => {
      const recording = recordings[i];
      return recording === undefined ? [] : [partsOf(capture, recording, wanted)];
    }),
  );
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
