import { hostProgram } from '../../host-program.ts';
import type { Program } from '../program.ts';

/** The calls, as one would make them by hand: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */
const typedFor = (pid: number, hz: number): string =>
  [
    `kill -USR1 ${String(pid)}   # unless its inspector is open`,
    `Profiler.enable; Profiler.setSamplingInterval {"interval":${String(Math.floor(1e6 / hz))}}; Profiler.start; after the capture Profiler.stop   # on the WebSocket of its inspector`,
    'process._debugEnd()   # by Runtime.evaluate, if the signal opened the inspector',
  ].join('\n');

/** A CPU profile of one Node process by V8's own profiler: read by readCpuProfileInspector(). */
export const cpuProfileInspector = (pid: number, hz: number): Program => ({
  tool: 'inspector',
  argv: ['perl', '-e', hostProgram('src/lib/sources/inspector/record.pl'), `pid=${String(pid)}`, `hz=${String(hz)}`],
  typed: typedFor(pid, hz),
  stop: 'TERM',
  grace: 12,
});
