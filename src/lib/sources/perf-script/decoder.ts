import { profileColumns, tableOf } from '../profile-decoder.ts';
import { unpack } from '../../bytes/unpack.ts';
import type { FileDecoder } from '../source.ts';
import { scriptColumns } from './script-columns.ts';

/** The text of `perf script`, one row per event line. */
export const perfScript: FileDecoder = {
  name: 'perf.script',
  doc: 'The text of perf script, any version, any -F fields; branches of --itrace; report_sample.py of simpleperf.',
  from: 'https://github.com/torvalds/linux/blob/master/tools/perf/builtin-script.c',
  columns: { ...scriptColumns, ...profileColumns },
  async decode(bytes) {
    const { read } = await import('./reader.ts');
    const profile = await read(await unpack(bytes), { details: true });
    return { table: tableOf(profile), warnings: profile.warnings.map((say) => ({ say })) };
  },
};
