import { isValid } from '../columns/column.ts';
import type { ColumnData } from '../columns/column.ts';
import { foldPlan } from './fold-wasm.ts';
import { infernoNames } from './fold-names-inferno.ts';
import { perlNames } from './fold-names-perl.ts';
import type { FoldOptions } from './fold-options.ts';
import { LEFT_OUT, SEVERAL } from './fold-plan.ts';
import type { FoldPlan, Weights } from './fold-plan.ts';
import { internNames } from './intern.ts';
import { INLINED, JIT, KERNEL, ROOT, UNKNOWN } from './profile.ts';
import type { Profile } from './profile.ts';

const bytesOf = (text: string): string =>
  /[^\x00-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

/**
 * Folds a profile: lines `comm;outermost;...;innermost count` sorted by bytes, in pieces; a piece is valid until the
 * next one is requested. Weights are `period`. Only samples of one event are used: the first, or `eventFilter`.
 * Profiles without thread names (folded stacks, bpftrace maps) get no first frame.
 */
export const foldProfile = (profile: Profile, options: FoldOptions = {}): Iterable<Uint8Array> =>
  foldPlan(planOf(profile, options));

interface LabelCodes {
  readonly list: readonly string[];
  readonly several: number[][];
  readonly code: (name: string) => number;
}

const planOf = (profile: Profile, options: FoldOptions): FoldPlan => {
  const names = internNames();
  const labels: LabelCodes = { list: names.list, several: [], code: (name) => names.code(bytesOf(name)) + 1 };
  const javaRoots = new Set<number>();
  const roots = rootsOf(profile, options, labels, javaRoots);
  const { sequences, stackOf } = sequencesOf(profile);
  const plain = frameLabels(profile, options, labels, false);
  return {
    labels: labels.list,
    several: labels.several,
    ...sequences,
    plain,
    java: javaRoots.size === 0 ? plain : frameLabels(profile, options, labels, true),
    size: profile.samples.size,
    roots: roots.codes,
    stackOf,
    weights: weightsOf(profile),
    javaRoots,
    keepBare: options.like === 'perl',
    bare: roots.bare,
  };
};

/** Names by the rules of the chosen program; if the reader gives no binary, annotations come from the frame's flags. */
const frameLabels = (
  { frames, meta }: Profile,
  options: FoldOptions,
  labels: LabelCodes,
  java: boolean,
): Uint32Array => {
  const rules = options.like === 'perl' ? perlNames : infernoNames;
  return Uint32Array.from({ length: frames.size }, (_, f) => {
    const name = frames.names[frames.name[f] ?? 0] ?? '';
    const dso = frames.dsos[frames.dso[f] ?? 0] ?? '';
    const flags = frames.flags[f] ?? 0;
    if (meta.format === 'folded') return labels.code(name);
    const pc = frames.address?.[f]?.toString(16) ?? '';
    const from = dso === '' ? sayDso(flags) : dso;
    const found = rules({ pc, name, dso: from }, java, { ...options, addrs: options.addrs === true && pc !== '' });
    if (found.length === 1) return labels.code(found[0] ?? '');
    return found.length === 0 ? 0 : SEVERAL + labels.several.push(found.map(labels.code)) - 1;
  });
};

/** A stand-in for a missing binary that leads to the right annotation. */
const sayDso = (flags: number): string => {
  if ((flags & KERNEL) !== 0) return '[kernel]';
  if ((flags & JIT) !== 0) return '/tmp/perf-0.map';
  return (flags & INLINED) !== 0 ? 'inlined' : (flags & UNKNOWN) !== 0 ? '[unknown]' : '';
};

/** First frames of samples; `bare` if the profile has no thread names. */
const rootsOf = (
  { samples, meta }: Profile,
  options: FoldOptions,
  labels: LabelCodes,
  javaRoots: Set<number>,
): { readonly codes: Uint32Array; readonly bare: boolean } => {
  const { comm, event, pid, tid } = samples.data;
  const bare = comm?.kind !== 'text' || comm.names.length === 0;
  const wanted = wantedEvent(event, meta.events.find(({ samples: some }) => some > 0)?.name, options);
  const text = (column: ColumnData | undefined, row: number): string =>
    column?.kind === 'number' && isValid(column.valid, row) ? String(column.values[row]) : '?';
  const known = new Map<string, number>();
  const codeOf = (key: string): number => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const code = labels.code(key);
    known.set(key, code);
    if (key.startsWith('java')) javaRoots.add(code);
    return code;
  };
  const names = bare ? [] : comm.names.map((name) => name.replaceAll(' ', '_'));
  const ids = (row: number): string =>
    options.tid === true ? `-${text(pid, row)}/${text(tid, row)}` : options.pid === true ? `-${text(pid, row)}` : '';
  const withIds = options.tid === true || options.pid === true;
  const byName: number[] = [];
  const codes = new Uint32Array(samples.size);
  for (let row = 0; row < samples.size; row++) {
    if (!wanted(row)) codes[row] = LEFT_OUT;
    else if (bare) codes[row] = codeOf('');
    else if (!isValid(comm.valid, row)) codes[row] = codeOf(ids(row));
    else if (withIds) codes[row] = codeOf((names[comm.codes[row] ?? 0] ?? '') + ids(row));
    else codes[row] = byName[comm.codes[row] ?? 0] ??= codeOf(names[comm.codes[row] ?? 0] ?? '');
  }
  return { codes, bare };
};

/** Which rows belong to the event to fold; its name may be given with or without modifiers. */
const wantedEvent = (
  event: ColumnData | undefined,
  first: string | undefined,
  { eventFilter }: FoldOptions,
): ((row: number) => boolean) => {
  if (event?.kind !== 'text' || event.names.length === 0) return () => true;
  const wanted = eventFilter ?? first ?? event.names[event.codes[0] ?? 0] ?? '';
  const codes = event.names.map(
    (name) => name === wanted || (eventFilter !== undefined && name.split(':')[0] === wanted),
  );
  return (row) => !isValid(event.valid, row) || codes[event.codes[row] ?? 0] === true;
};

/** Stacks of the samples as sequences of frames, innermost first; number 0 is the empty one. */
const sequencesOf = ({
  samples,
  stacks,
}: Profile): { readonly sequences: Pick<FoldPlan, 'stacks' | 'bounds' | 'keys'>; readonly stackOf: Uint32Array } => {
  const column = samples.data['stack'];
  const numbers = new Uint32Array(stacks.size);
  const stackOf = new Uint32Array(samples.size);
  const ends: number[] = [];
  let length = 0;
  for (let row = 0; row < samples.size; row++) {
    if (column?.kind !== 'number' || !isValid(column.valid, row)) continue;
    const stack = column.values[row] ?? 0;
    if (numbers[stack] === 0) {
      numbers[stack] = ends.push(stack);
      length += stacks.depth[stack] ?? 0;
    }
    stackOf[row] = numbers[stack] ?? 0;
  }
  const bounds = new Uint32Array(ends.length + 2);
  const keys = new Uint32Array(length);
  let at = 0;
  for (const [i, end] of ends.entries()) {
    for (let stack = end; stack !== ROOT; stack = stacks.parent[stack] ?? ROOT) keys[at++] = stacks.frame[stack] ?? 0;
    bounds[i + 2] = at;
  }
  return { sequences: { stacks: ends.length + 1, bounds, keys }, stackOf };
};

const weightsOf = ({ samples }: Profile): Weights => {
  const column = samples.data['period'];
  const real = new Float64Array(samples.size).fill(1);
  if (column?.kind === 'number')
    for (let row = 0; row < real.length; row++) if (isValid(column.valid, row)) real[row] = column.values[row] ?? 1;
  const pairs = new Uint32Array(real.length * 2);
  for (let row = 0; row < real.length; row++) {
    const count = real[row] as number;
    if (!Number.isSafeInteger(count) || count < 0) return { real };
    pairs[row * 2] = count >>> 0;
    pairs[row * 2 + 1] = Math.floor(count / 2 ** 32);
  }
  return { pairs };
};
