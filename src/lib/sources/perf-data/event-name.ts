import type { Attr } from './attr.ts';
import type { Header } from './header.ts';
import type { TraceFormat } from '../formats/trace-format.ts';
import { readTracingData } from './tracing-data.ts';

/** PERF_COUNT_HW_* by number: include/uapi/linux/perf_event.h, with the names of `perf list`. */
const HARDWARE =
  `cycles instructions cache-references cache-misses branches branch-misses bus-cycles ` +
  `stalled-cycles-frontend stalled-cycles-backend ref-cycles`;
const SOFTWARE =
  `cpu-clock task-clock page-faults context-switches cpu-migrations minor-faults major-faults alignment-faults ` +
  `emulation-faults dummy bpf-output cgroup-switches`;
const CACHES = ['L1-dcache', 'L1-icache', 'LLC', 'dTLB', 'iTLB', 'branch', 'node'];
const OPERATIONS = [
  ['loads', 'load-misses'],
  ['stores', 'store-misses'],
  ['prefetches', 'prefetch-misses'],
];

const cacheName = (config: number): string => {
  const [cache, operation, result] = [config & 0xff, (config >> 8) & 0xff, (config >> 16) & 0xff];
  const what = OPERATIONS[operation]?.[result];
  return CACHES[cache] === undefined || what === undefined ? `hw-cache-${config}` : `${CACHES[cache]}-${what}`;
};

/** Formats of tracepoints, parsed once per file. */
const formats = new WeakMap<Uint8Array, ReadonlyMap<number, TraceFormat>>();

const formatOf = (bytes: Uint8Array, id: number): TraceFormat | undefined => {
  let known = formats.get(bytes);
  if (known === undefined) formats.set(bytes, (known = readTracingData(bytes)));
  return known.get(id);
};

/** The tracepoint's name from the table of event types of old files, else from the formats recorded in the file. */
const tracepointName = ({ eventTypes, tracingData }: Header, id: number): string => {
  const named = eventTypes.get(id);
  if (named !== undefined) return named;
  const format = tracingData === undefined ? undefined : formatOf(tracingData, id);
  return format === undefined ? `tracepoint:${id}` : `${format.system}:${format.name}`;
};

/** PERF_TYPE_TRACEPOINT. */
const TRACEPOINT = 2;
const BREAKPOINT = ['', 'r', 'w', 'rw', 'x'];

const plainName = (header: Header, { type, config, bpType, config1 }: Attr): string => {
  const number = Number(config);
  const hex = (value: number | string): string => BigInt(value).toString(16);
  if (type === 0) return HARDWARE.split(' ')[number % 0x1_0000_0000] ?? 'unknown-hardware';
  if (type === 1) return SOFTWARE.split(' ')[number] ?? 'unknown-software';
  if (type === TRACEPOINT) return tracepointName(header, number);
  if (type === 3) return cacheName(number);
  if (type === 4) return `raw 0x${hex(config)}`;
  if (type === 5) return `mem:0x${hex(config1)}:${BREAKPOINT[bpType] ?? bpType}`;
  const pmu = header.features.pmus?.find((known) => known.type === type)?.name;
  return `${pmu ?? `pmu-${type}`}/config=0x${hex(config)}/`;
};

/**
 * The modifiers after a name (kernel, user, hypervisor, precise, host, guest), as in evsel__add_modifiers() of perf 6.1
 * (tools/perf/util/evsel.c). Host and guest are printed only if they differ from perf's default, which excludes guests
 * only for a plain event.
 */
const modifiers = ({ type, flags, preciseIp }: Attr): string => {
  const counted = (modes: Readonly<Record<string, string>>): string =>
    Object.entries(modes)
      .map(([name, letter]) => (flags.has(`exclude_${name}`) ? '' : letter))
      .join('');
  const excluded = ['exclude_kernel', 'exclude_user', 'exclude_hv'].some((name) => flags.has(name));
  const levels = excluded ? counted({ kernel: 'k', user: 'u', hv: 'h' }) : '';
  const usual = excluded || preciseIp > 0;
  const hosts = flags.has('exclude_host') || flags.has('exclude_guest') === usual;
  const text =
    levels + 'p'.repeat(preciseIp) + (hosts && type !== TRACEPOINT ? counted({ host: 'H', guest: 'G' }) : '');
  return text === '' ? '' : `:${text}`;
};

/** The name of event number `event`: from the header, else from its attr. */
export const nameOfEvent = (header: Header, event: number): string => {
  const about = header.attrs[event];
  if (about === undefined) return 'unknown';
  if (about.name !== undefined && about.name !== '') return about.name;
  const described = header.features.events?.find(({ ids }) => ids.some((id) => about.ids.includes(id)));
  return described?.name ?? `${plainName(header, about.attr)}${modifiers(about.attr)}`;
};
