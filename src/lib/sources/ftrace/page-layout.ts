/** Where the parts of a page of the ring buffer are: events/header_page of tracefs. */
export interface PageLayout {
  /** Byte order of the host, and bytes of its `long`. */
  readonly little: boolean;
  readonly long: number;
  /** The low 32 bits of the page's time and of its commit word, as offsets in the page. */
  readonly timeLow: number;
  readonly timeHigh: number;
  readonly commit: number;
  readonly data: number;
}

/** The bytes of data are in the low 20 bits of the commit word: kernel/trace/ring_buffer.c. */
export const COMMITTED = 0xfffff;
/** Events are missing before this page; with STORED, their number follows the data. */
export const MISSED = 1 << 31;
export const STORED = 1 << 30;

/** Lengths of events, in words of 4 bytes; the values from PADDING on have another meaning. */
export const PADDING = 29;
export const TIME_EXTEND = 30;
export const TIME_STAMP = 31;

const offsetOf = (text: string, field: string, otherwise: number): number =>
  Number(new RegExp(`\\b${field};\\s*offset:(\\d+);`).exec(text)?.[1] ?? otherwise);

/** Reads events/header_page; where it says nothing, the layout is that of 64-bit kernels. */
export const pageLayout = (headerPage: string, { little, long }: Pick<PageLayout, 'little' | 'long'>): PageLayout => {
  const time = offsetOf(headerPage, 'timestamp', 0);
  const commit = offsetOf(headerPage, 'commit', 8);
  return {
    little,
    long,
    timeLow: time + (little ? 0 : 4),
    timeHigh: time + (little ? 4 : 0),
    commit: commit + (little || long === 4 ? 0 : 4),
    data: offsetOf(headerPage, 'data', 8 + long),
  };
};
