import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bytesOfFile } from '../src/lib/bytes/bytes.ts';
import { ROOT, type Profile } from '../src/lib/stacks/profile.ts';
import type { Row } from './profiles-timed.ts';
import { readPerfData } from '../src/lib/sources/perf-data/profile.ts';

/** A sample as `perf script` prints it, reduced to what is compared. */
interface Printed {
  readonly head: string;
  readonly frames: readonly { readonly name: string; readonly dso: string }[];
}

const frameLine = /^\s*[0-9a-f]+ (.*?)(?: \(inlined\))? \(((?:\/|\[|anon|bpf_prog).*)\)$/;

async function* perfScript(file: string): AsyncGenerator<Printed> {
  const argv = ['script', '-i', file, '--ns', '--no-inline', '-F', 'comm,tid,cpu,time,ip,sym,dso'];
  const perf = spawn('perf', argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  let head = '';
  let frames: { name: string; dso: string }[] = [];
  for await (const line of createInterface({ input: perf.stdout })) {
    if (line === '') {
      if (head !== '') yield { head, frames };
      [head, frames] = ['', []];
    } else if (head === '') head = line.replace(/\s*$/, '');
    else {
      const [, name = '', dso = ''] = frameLine.exec(line) ?? [];
      frames.push({ name, dso });
    }
  }
  if (head !== '') yield { head, frames };
}

/** The frames of a sample, innermost first. */
const framesOf = ({ samples, stacks, frames }: Profile, row: number): { name: string; dso: string }[] => {
  const out = [];
  const stack = samples.data['stack'];
  const valid = stack?.valid === undefined || ((stack.valid[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  let at = valid && stack?.kind === 'number' ? (stack.values[row] ?? ROOT) : ROOT;
  for (; at !== ROOT; at = stacks.parent[at] ?? ROOT) {
    const frame = stacks.frame[at] ?? 0;
    out.push({ name: frames.names[frames.name[frame] ?? 0] ?? '', dso: frames.dsos[frames.dso[frame] ?? 0] ?? '' });
  }
  return out;
};

/** Reasons why two names of an address differ; the last rule matches all remaining differences. */
const causes: readonly (readonly [string, (theirs: string, ours: string, dso: string) => boolean])[] = [
  ['perf could not open the file, we found it', (theirs, ours) => theirs === '[unknown]' && ours !== '[unknown]'],
  ['no symbol here, one in perf', (_, ours, dso) => ours === '[unknown]' && !dso.startsWith('[kernel')],
  ['kernel aliases at one address', (_, __, dso) => dso.startsWith('[kernel')],
  ['demangled otherwise', (theirs, ours) => /[<:({]/.test(theirs) || /[<:({]/.test(ours)],
  ['symbols that overlap', () => true],
];

interface Tally {
  samples: number;
  frames: number;
  name: number;
  dso: number;
  stacks: number;
  comm: number;
  length: number;
  readonly causes: Map<string, Map<string, number>>;
}

const count = (tally: Tally, cause: string, what: string): void => {
  const seen = tally.causes.get(cause) ?? new Map<string, number>();
  seen.set(what, (seen.get(what) ?? 0) + 1);
  tally.causes.set(cause, seen);
};

const compareFrames = (tally: Tally, theirs: Printed, ours: readonly { name: string; dso: string }[]): void => {
  tally.frames += theirs.frames.length;
  let same = true;
  for (const [i, { name, dso }] of theirs.frames.entries()) {
    const mine = ours[i] ?? { name: '', dso: '' };
    if (mine.dso === dso) tally.dso++;
    if (mine.name === name) tally.name++;
    else {
      same = false;
      const [cause = ''] = causes.find(([, holds]) => holds(name, mine.name, dso)) ?? [];
      count(tally, cause, `${name} | ${mine.name} (${dso}${mine.dso === dso ? '' : ` | ${mine.dso}`})`);
    }
  }
  if (ours.length !== theirs.frames.length) {
    tally.length++;
    same = false;
    count(tally, 'another number of frames', `${theirs.frames.length} | ${ours.length}`);
  }
  if (same) tally.stacks++;
};

const print = (tally: Tally): void => {
  const share = (part: number, of: number): string => `${((100 * part) / of).toFixed(3)} %`;
  console.log(`${tally.samples} samples, ${tally.frames} frames`);
  console.log(`names equal   ${share(tally.name, tally.frames)}`);
  console.log(`files equal   ${share(tally.dso, tally.frames)}`);
  console.log(`stacks equal  ${share(tally.stacks, tally.samples)}`);
  console.log(`comm and time equal ${share(tally.comm, tally.samples)}`);
  for (const [cause, seen] of tally.causes) {
    const all = [...seen.values()].reduce((sum, n) => sum + n, 0);
    console.log(`\n${cause}: ${all} frames (${share(all, tally.frames)}), ${seen.size} kinds; perf | ours`);
    for (const [what, n] of [...seen].sort((a, b) => b[1] - a[1]).slice(0, 12))
      console.log(`  ${n}  ${what.slice(0, 300)}`);
  }
};

/** Compares every frame of a perf.data file with the output of `perf script` on the machine of the capture. */
const compared = async (file: string, symbols: string | undefined): Promise<Tally> => {
  const profile = await readPerfData(bytesOfFile(file), symbols === undefined ? {} : { symbols });
  const { data } = profile.samples;
  const [comm, tid, t] = [data['comm'], data['tid'], data['t']];
  const tally: Tally = { samples: 0, frames: 0, name: 0, dso: 0, stacks: 0, comm: 0, length: 0, causes: new Map() };
  for await (const theirs of perfScript(file)) {
    const row = tally.samples++;
    const time = (t?.kind === 'number' ? (t.values[row] ?? 0) : 0) + profile.meta.start;
    const name = comm?.kind === 'text' ? comm.names[comm.codes[row] ?? 0] : '';
    const head = `${name} ${tid?.kind === 'number' ? tid.values[row] : ''}`;
    const said = /^(.*?)\s+(-?\d+) \[\d+\]\s+([\d.]+):$/.exec(theirs.head.trim());
    if (`${said?.[1]} ${said?.[2]}` === head && Math.abs(Number(said?.[3]) - time) < 1e-6) tally.comm++;
    else count(tally, 'comm or time', `${theirs.head.trim()} | ${head} ${time}`);
    compareFrames(tally, theirs, framesOf(profile, row));
  }
  if (tally.samples !== profile.samples.size)
    console.log(`samples: perf ${tally.samples}, ours ${profile.samples.size}`);
  for (const warning of profile.warnings) console.log(`  ${warning}`);
  return tally;
};

/** The row for `npm run bench -- profiles`. */
export const rows = async (file: string): Promise<Row[]> => {
  const { name, frames } = await compared(file, undefined);
  const measured = `${((100 * name) / frames).toFixed(3)} % of ${frames}`;
  return [{ what: 'frames equal to perf script', measured, doneAt: '99.7 %', goal: '99.9 %' }];
};

/** Prints every reason for differences, with examples. */
export const run = async ([file = 'perf.data', symbols]: readonly string[]): Promise<void> => {
  print(await compared(file, symbols));
};
