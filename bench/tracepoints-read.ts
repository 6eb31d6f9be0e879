/** One process of the benchmark: reads a capture into columns, and prints the number of rows. */
import { readTracepoints } from '../src/lib/sources/perf-data/tracepoints.ts';
import { bytesOfFile } from '../src/lib/bytes/bytes.ts';

const { events } = await readTracepoints(bytesOfFile(process.argv[2] ?? ''));
console.log(events.reduce((sum, { table }) => sum + table.size, 0));
