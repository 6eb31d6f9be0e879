/** What a file is, told from its first bytes and never from its name. */
export type Recognised =
  | 'perf.data'
  | 'perf-script'
  | 'folded'
  | 'bpftrace-text'
  | 'bpftrace-json'
  | 'perf-stat-text'
  | 'perf-stat-csv'
  | 'perf-stat-json'
  | 'gzip'
  | 'zstd'
  | 'unknown';

/** Says what the bytes at a file's start are. 64 KB are enough; fewer may do. */
export const recognise = (head: Uint8Array): Recognised => {
  const magic = new TextDecoder('latin1').decode(head.subarray(0, 8));
  if (magic === 'PERFILE2' || magic === '2ELIFREP') return 'perf.data';
  return 'unknown';
};
