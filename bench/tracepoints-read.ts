/** One process of the tracepoints' benchmark: reads a capture into columns, and says how many rows they have. */
import { readTracepoints } from '../src/lib/sources/perf-data/tracepoints.ts';
import { bytesOfFile } from '../src/lib/stacks/bytes.ts';

const { events } = await readTracepoints(bytesOfFile(process.argv[2] ?? ''));
console.log(events.reduce((sum, { table }) => sum + table.size, 0));
