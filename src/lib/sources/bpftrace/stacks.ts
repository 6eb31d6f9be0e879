import { KERNEL, ROOT, UNKNOWN, unsaid } from '../../stacks/profile.ts';
import type { Profile } from '../../stacks/profile.ts';
import type { ByteSource } from '../../bytes/peek.ts';
import type { ProfileReader } from '../source.ts';
import { buildSamples } from '../../stacks/samples.ts';
import { buildFrames, buildStacks } from '../../stacks/table.ts';
import { linesOf } from '../../bytes/text-lines.ts';
import { entryOf, jsonKeyOf } from './blocks.ts';
import type { Entry } from './blocks.ts';
import { objectsOf } from './json.ts';

/** Reads maps with stacks in their keys from bpftrace's text output: one row per entry; `period` is its value. */
export const readText: ProfileReader = async (source) => collect(textEntries(source));

/** Reads the same from `bpftrace -f json`. */
export const readJson: ProfileReader = async (source) => collect(jsonEntries(source));

/** Entries of all maps in the order of output. An entry with an open bracket continues on the next lines. */
const textEntries = async function* (source: ByteSource): AsyncGenerator<Entry> {
  let open: string[] = [];
  let length = 0;
  for await (const line of linesOf(source)) {
    const starts = line.startsWith('@');
    if (!starts && open.length === 0) continue;
    if (starts) [open, length] = [[], 0];
    open.push(line);
    length += line.length;
    const ends = line.includes(']:') || (starts && !OPENS.test(line)) || length > LONGEST;
    if (!ends) continue;
    const entry = entryOf(open.join('\n'));
    open = [];
    if (entry !== undefined) yield entry;
  }
};

const OPENS = /^@\w*\[/;
/** An entry without an end is dropped at this length. */
const LONGEST = 4 << 20;

/** '' is not a count: the value is a histogram or stats. */
const numberText = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string' ? String(value) : '';

/** Types of objects that hold maps; avg() is printed as stats. */
const MAPS = new Set(['map', 'stats', 'hist', 'tseries']);

/** Entries of the maps in the output of `-f json`. */
const jsonEntries = async function* (source: ByteSource): AsyncGenerator<Entry> {
  for await (const parsed of objectsOf(source)) {
    if (!('object' in parsed)) continue;
    const { type, data } = parsed.object;
    if (!MAPS.has(type) || typeof data !== 'object' || data === null) continue;
    for (const [map, value] of Object.entries(data)) {
      if (typeof value !== 'object' || value === null) {
        yield { map, keyed: false, key: [], value: numberText(value) };
        continue;
      }
      for (const [key, count] of Object.entries(value as Record<string, unknown>))
        yield { map, keyed: true, key: jsonKeyOf(key), value: numberText(count) };
    }
  }
};

const collect = async (entries: AsyncIterable<Entry>): Promise<Profile> => {
  const frames = buildFrames();
  const stacks = buildStacks();
  const samples = buildSamples();
  const events = new Map<string, number>();
  let odd = 0;
  for await (const { map, key, value } of entries) {
    const chains = key.filter((part) => typeof part !== 'string');
    const count = Number(value);
    if (chains.length === 0) continue;
    if (value === '' || !Number.isFinite(count)) {
      odd++;
      continue;
    }
    let stack = ROOT;
    for (const line of chains.flat().toReversed()) {
      const { name, dso, flags } = frameOf(line);
      stack = stacks.push(stack, frames.frame(name, dso, flags));
    }
    samples.add({
      ...namesIn(key, (name) => samples.comm(name)),
      event: samples.event(map),
      period: count,
      stack: stack === ROOT ? undefined : stack,
    });
    events.set(map, (events.get(map) ?? 0) + 1);
  }
  return {
    samples: samples.table(),
    stacks: stacks.table(),
    frames: frames.table(),
    lost: { records: 0, samples: 0 },
    meta: {
      ...unsaid,
      format: 'bpftrace',
      tool: 'bpftrace',
      events: Array.from(events, ([name, n]) => ({ name, samples: n, unit: '', about: 'a map of stacks' })),
    },
    warnings: odd > 0 ? [`${odd} stacks were left out: expected one count each, got a histogram, stats or text`] : [],
  };
};

/** A number beside the stack is a pid (bpftrace's `pid` or `tid`); the first other text is the comm. */
const namesIn = (key: Entry['key'], code: (name: string) => number): { pid?: number; comm?: number } => {
  const words = key.filter((part): part is string => typeof part === 'string' && part !== '');
  const pid = words.find((word) => /^[0-9]{1,10}$/.test(word));
  const comm = words.find((word) => word !== pid);
  return { ...(pid === undefined ? {} : { pid: Number(pid) }), ...(comm === undefined ? {} : { comm: code(comm) }) };
};

/** `name+12`, `ffffffff816bb848 name+40`, `name+12 (/usr/bin/x)`, `0x7f12`. */
export const frameOf = (line: string): { readonly name: string; readonly dso: string; readonly flags: number } => {
  const [, address = '', rest = ''] = /^(?:([0-9a-f]{8,16}) )?(.*)$/s.exec(line) ?? [];
  const dso = / \(([^()]*)\)$/.exec(rest)?.[1] ?? '';
  const name = (dso === '' ? rest : rest.slice(0, -dso.length - 3)).replace(/\+(?:0x[0-9a-f]+|[0-9]+)$/, '');
  const kernel = address.length === 16 && address.startsWith('ffff') ? KERNEL : 0;
  if (/^0x[0-9a-f]+$/.test(name) || name === '' || name === '[unknown]')
    return { name: '[unknown]', dso, flags: UNKNOWN | kernel };
  return { name, dso, flags: kernel };
};
