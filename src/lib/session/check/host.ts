import { hostProgram } from '../../host-program.ts';
import { printable } from '../../printable.ts';
import type { Program } from '../../sources/program.ts';
import { PLACES } from '../../supervisor/clean.ts';
import { scriptHeader } from '../../transport/quote.ts';

/** A tracer that somebody else runs. Its words are text of the host. */
export interface ForeignTracer {
  readonly pid: number;
  readonly user: string;
  /** Its name (`comm`). */
  readonly name: string;
  readonly command: string;
  /** Whether its environment could be read, which says that it is not one of ours. */
  readonly isKnown: boolean;
}

/** What is traced in one instance of tracefs, or in the top instance. */
export interface Instance {
  readonly name: string;
  /** current_tracer: 'nop' traces no functions. */
  readonly tracer: string;
  readonly isOn: boolean;
  /** How many events are enabled, and the first of them. */
  readonly events: number;
  readonly first: string;
}

/** What decides how much the tracers of a kernel can see. */
export interface HostSeen {
  /** It was looked at as root. */
  readonly root: boolean;
  /** The login's PID namespace is that of the host. */
  readonly ownPids: boolean;
  readonly paranoid: number | undefined;
  readonly kptrRestrict: number | undefined;
  /** kernel.perf_event_max_sample_rate: samples per second and CPU; the kernel lowers it by itself. */
  readonly maxRate: number | undefined;
  /** The kernel's watchdog for hard lockups has one counter of each CPU. */
  readonly nmiWatchdog: boolean;
  /** Whether /proc/kallsyms shows addresses. */
  readonly addresses: boolean;
  readonly btf: 'yes' | 'not allowed' | 'no';
  /** `off`: built in but not turned on; `unknown`: absent, and no file says how the kernel was built. */
  readonly pressure: 'on' | 'off' | 'not built in' | 'unknown';
  readonly tracefs: 'readable' | 'not allowed' | 'not mounted' | 'not built in';
  /** Where tracefs is mounted; '' if it is not. */
  readonly mounted: string;
  /** The tracepoints that programs need: whether the kernel has them. */
  readonly events: ReadonlyMap<string, boolean>;
  readonly top: Instance | undefined;
  /** Instances of others. */
  readonly instances: readonly Instance[];
  readonly tracers: readonly ForeignTracer[];
  /** There are more tracers than were looked at. */
  readonly isMore: boolean;
}

/** `-e cycles:u` of perf is no tracepoint: their names have an underscore, modifiers do not. */
const TRACEPOINT = /(?:\btracepoint:| -e )([a-z]\w*):([a-z]\w*_\w*)/g;

/** The tracepoints that a program of perf or bpftrace names, 'sched/sched_switch', as its words say. */
export const tracepointsIn = ({ argv, input = '' }: Pick<Program, 'argv' | 'input'>): readonly string[] => {
  const text = `${argv.join(' ')} ${input}`;
  return [...new Set(text.matchAll(TRACEPOINT).map(([, system = '', name = '']) => `${system}/${name}`))];
};

/** The script that looks, for these tracepoints. */
export const hostScript = (tracepoints: readonly string[]): string =>
  PLACES + scriptHeader({ events: tracepoints.join(' ') }) + hostProgram('src/lib/session/check/host.sh');

type Lines = readonly (readonly string[])[];

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;

const instanceOf = ([, name = '', tracer = '', on = '', count = '', first = '']: readonly string[]): Instance => ({
  name: printable(name, 100),
  tracer: printable(tracer, 50),
  isOn: on === '1',
  events: whole(count) ?? 0,
  first: printable(first.trim(), 200),
});

const tracerOf = ([, pid = '', user = '', seen = '', name = '', ...command]: readonly string[]): ForeignTracer => ({
  pid: whole(pid) ?? 0,
  user: printable(user, 50),
  name: printable(name, 50),
  command: printable(command.join(' ').trim(), 300),
  isKnown: seen === 'r',
});

const TRACEFS = { r: 'readable', x: 'not allowed', '-': 'not mounted', '!': 'not built in' } as const;
const BTF = { r: 'yes', '-': 'not allowed', '!': 'no' } as const;
const BUILT = { y: 'off', n: 'not built in', '': 'unknown' } as const;

/** The value of a table for a word of the host, which may be any text. */
const oneOf = <T extends string>(table: Readonly<Record<string, T>>, word: string | undefined, otherwise: T): T =>
  word !== undefined && Object.hasOwn(table, word) ? (table[word] ?? otherwise) : otherwise;

/** The first line is 'some avg10=...' where pressure is on; kernels before 5.2 have the file also if it is off. */
const pressureOf = ([, first, built]: readonly string[]): HostSeen['pressure'] =>
  first === '!' ? oneOf(BUILT, built?.trim(), 'unknown') : first === 'some' ? 'on' : 'off';

/** PROC_PID_INIT_INO of the kernel: the first PID namespace has this number on every host. */
const FIRST_PIDS = 'pid:[4026531836]';

/** Reads what `hostScript` printed; undefined if it did not come to its end. Other lines do no harm. */
export const readHost = (said: string): HostSeen | undefined => {
  const lines: Lines = said.split('\n').map((line) => line.split('\t'));
  const all = (name: string): Lines => lines.filter(([first]) => first === name);
  const one = (name: string): readonly string[] => all(name)[0] ?? [];
  if (all('looked').length === 0) return undefined;
  const [top] = all('top').map(instanceOf);
  return {
    root: one('uid')[1] === '0',
    ownPids: ['', FIRST_PIDS].includes(one('pidns')[1] ?? ''),
    paranoid: whole(one('paranoid')[1]),
    kptrRestrict: whole(one('kptr')[1]),
    maxRate: whole(one('rate')[1]),
    nmiWatchdog: one('nmi')[1] === '1',
    addresses: (whole(one('kallsyms')[1]) ?? 0) > 0,
    btf: oneOf(BTF, one('btf')[1], 'no'),
    pressure: pressureOf(one('psi')),
    tracefs: oneOf(TRACEFS, one('tracefs')[1], 'not built in'),
    mounted: printable(one('tracefs')[2] ?? '', 100),
    events: new Map(all('event').map(([, event = '', has]) => [printable(event, 100), has === 'y'])),
    top,
    instances: all('instance').map(instanceOf),
    tracers: all('tracer').map(tracerOf),
    isMore: all('more').length > 0,
  };
};
