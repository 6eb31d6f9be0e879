/** Whether a text's first line is that of `simpleperf report-sample`, which is a list of fields, not `perf script` text. */
export const isSimpleperf = (line: string): boolean => /^sample:?\s*$/.test(line);

export const convertSimpleperf =
  'Convert the recording with a script of the Android NDK: python3 simpleperf/report_sample.py -i perf.data > FILE';
