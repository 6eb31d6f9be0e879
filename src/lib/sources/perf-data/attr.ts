import { SAMPLE } from './format.ts';

/** Single-bit flags of perf_event_attr from bit 0 on; precise_ip is bits 15 and 16. */
const FLAGS =
  `disabled inherit pinned exclusive exclude_user exclude_kernel exclude_hv exclude_idle mmap comm freq inherit_stat ` +
  `enable_on_exec task watermark precise_ip_low precise_ip_high mmap_data sample_id_all exclude_host exclude_guest ` +
  `exclude_callchain_kernel exclude_callchain_user mmap2 comm_exec use_clockid context_switch write_backward namespaces ` +
  `ksymbol bpf_event aux_output cgroup text_poke build_id inherit_thread remove_on_exec sigtrap defer_callchain defer_output`;
const flagNames: readonly string[] = FLAGS.split(' ');

/** A u64 as a number if that is exact, else as decimal text, so that ids and addresses in JSON keep all bits. */
export type Big = number | string;

/** The u64 at `at`. */
export const readBig = (view: DataView, at: number, little: boolean): Big => {
  const high = view.getUint32(at + (little ? 4 : 0), little);
  const low = view.getUint32(at + (little ? 0 : 4), little);
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : view.getBigUint64(at, little).toString();
};

/** The u64 at `at` as the nearest number: exact below 2^53, enough for sizes and offsets. */
export const readNumber = (view: DataView, at: number, little: boolean): number =>
  view.getUint32(at + (little ? 4 : 0), little) * 0x1_0000_0000 + view.getUint32(at + (little ? 0 : 4), little);

/**
 * The attributes with which an event was opened: perf_event_open(2). Fields missing in an older, shorter attr are 0.
 */
export interface Attr {
  readonly type: number;
  readonly size: number;
  readonly config: Big;
  readonly samplePeriod: Big;
  readonly sampleType: number;
  readonly readFormat: number;
  /** Names of the flags that are set, as in perf_event_attr. */
  readonly flags: ReadonlySet<string>;
  readonly preciseIp: number;
  readonly bpType: number;
  readonly config1: Big;
  readonly config2: Big;
  readonly branchSampleType: number;
  /** How many registers a sample has with REGS_USER or REGS_INTR. */
  readonly regsUser: number;
  /** Bit mask of these registers; their numbers depend on the architecture. */
  readonly regsUserMask: number;
  readonly regsIntr: number;
  readonly sampleMaxStack: number;
}

const bitsIn = (word: number): number => {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** Sizes of perf_event_attr since 2.6.33; later kernels append fields. */
export const ATTR_SIZE_VER0 = 64;

/** The flags are a bit field: in a big-endian file its first member is the highest bit. */
const readFlags = (view: DataView, at: number, little: boolean): { names: Set<string>; precise: number } => {
  const value = view.getBigUint64(at, little);
  const set = (bit: number): boolean => ((value >> BigInt(little ? bit : 63 - bit)) & 1n) === 1n;
  const names = new Set(flagNames.filter((name, bit) => !name.startsWith('precise_ip') && set(bit)));
  const precise = little ? Number(set(15)) + 2 * Number(set(16)) : Number(set(16)) + 2 * Number(set(15));
  return { names, precise };
};

/** Decodes a perf_event_attr of any version, `size` bytes at `at`. */
export const readAttr = (view: DataView, at: number, size: number, little: boolean): Attr => {
  const has = (end: number): boolean => end <= size && at + end <= view.byteLength;
  const u32 = (offset: number): number => (has(offset + 4) ? view.getUint32(at + offset, little) : 0);
  const u64 = (offset: number): Big => (has(offset + 8) ? readBig(view, at + offset, little) : 0);
  const number = (offset: number): number => (has(offset + 8) ? readNumber(view, at + offset, little) : 0);
  const bits = (offset: number): number => (has(offset + 8) ? bitsIn(u32(offset)) + bitsIn(u32(offset + 4)) : 0);
  const { names, precise } = has(48) ? readFlags(view, at + 40, little) : { names: new Set<string>(), precise: 0 };
  return {
    type: u32(0),
    size: u32(4),
    config: u64(8),
    samplePeriod: u64(16),
    sampleType: number(24),
    readFormat: number(32),
    flags: names,
    preciseIp: precise,
    bpType: u32(52),
    config1: u64(56),
    config2: u64(64),
    branchSampleType: number(72),
    regsUser: bits(80),
    regsUserMask: number(80),
    regsIntr: bits(96),
    sampleMaxStack: has(112) ? view.getUint16(at + 108, little) : 0,
  };
};

/** Whether a sample_type has a bit of SAMPLE. */
export const samples = (sampleType: number, bit: (typeof SAMPLE)[keyof typeof SAMPLE]): boolean =>
  Math.floor(sampleType / bit) % 2 === 1;
