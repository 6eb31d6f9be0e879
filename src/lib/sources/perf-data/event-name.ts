import type { Attr } from './attr.ts';
import type { Header } from './header.ts';

/** PERF_COUNT_HW_* by number: include/uapi/linux/perf_event.h, named as `perf list` names them. */
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

/** The tracepoint's name from old files' table of event types. */
const tracepointName = (header: Header, config: number): string =>
  header.eventTypes.get(config) ?? `tracepoint:${config}`;

const BREAKPOINT = ['', 'r', 'w', 'rw', 'x'];

const plainName = (header: Header, { type, config, bpType, config1 }: Attr): string => {
  const number = Number(config);
  const hex = (value: number | string): string => BigInt(value).toString(16);
  if (type === 0) return HARDWARE.split(' ')[number % 0x1_0000_0000] ?? 'unknown-hardware';
  if (type === 1) return SOFTWARE.split(' ')[number] ?? 'unknown-software';
  if (type === 2) return tracepointName(header, number);
  if (type === 3) return cacheName(number);
  if (type === 4) return `raw 0x${hex(config)}`;
  if (type === 5) return `mem:0x${hex(config1)}:${BREAKPOINT[bpType] ?? bpType}`;
  const pmu = header.features.pmus?.find((known) => known.type === type)?.name;
  return `${pmu ?? `pmu-${type}`}/config=0x${hex(config)}/`;
};

/** The modifiers after a name: user, kernel, hypervisor, guest, precise; evsel__add_modifiers() in tools/perf/util/evsel.c. */
const modifiers = ({ flags, preciseIp }: Attr): string => {
  const excluded = ['exclude_kernel', 'exclude_user', 'exclude_hv'].some((name) => flags.has(name));
  const modes = excluded
    ? [
        ['exclude_kernel', 'k'],
        ['exclude_user', 'u'],
        ['exclude_hv', 'h'],
      ]
    : [];
  const text = modes.map(([name = '', letter]) => (flags.has(name) ? '' : letter)).join('') + 'p'.repeat(preciseIp);
  return text === '' ? '' : `:${text}`;
};

/** The name of event number `event`: what the header says, else what its attr means. */
export const nameOfEvent = (header: Header, event: number): string => {
  const about = header.attrs[event];
  if (about === undefined) return 'unknown';
  if (about.name !== undefined && about.name !== '') return about.name;
  const described = header.features.events?.find(({ ids }) => ids.some((id) => about.ids.includes(id)));
  return described?.name ?? `${plainName(header, about.attr)}${modifiers(about.attr)}`;
};
