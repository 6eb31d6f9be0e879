/**
 * Whether a text's first line is that of `simpleperf report-sample`, which prints a list of fields rather than `perf
 * script` text.
 */
export const isSimpleperf = (line: string): boolean => /^sample:?\s*$/.test(line);

export const convertSimpleperf =
  'Convert the recording with a script of the Android NDK: python3 simpleperf/report_sample.py -i perf.data > FILE';
