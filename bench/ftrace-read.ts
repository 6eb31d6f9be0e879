/** One process of the benchmark: reads pages of Ftrace into columns, and prints the number of rows. */
import { readFtraceFile } from '../src/lib/sources/ftrace/read.ts';

const { events } = readFtraceFile(process.argv[2] ?? '');
console.log(events.reduce((sum, { table }) => sum + table.size, 0));
