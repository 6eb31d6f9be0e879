import { isAnonymous, isLibc } from './health-binary.ts';
import { runtimeFacts, runtimeOf, type Runtime } from './runtimes.ts';

/** Why stacks of a binary cannot be trusted. */
export type Trouble =
  | 'no frame pointers' // the walk stopped at a function that keeps no frame pointer
  | 'no map' // code compiled at run time, and no /tmp/perf-PID.map that names it
  | 'no symbols' // the binary is stripped and no separate symbols were found
  | 'depth limit' // the stack is deeper than perf's limit
  | 'symbols elsewhere' // recorded on another host; its binaries are not on this machine
  | 'kernel hidden' // kptr_restrict or missing privileges hid the kernel's symbols
  | 'interpreter' // frames show the interpreter's functions instead of the program's
  | 'no stacks'; // recorded without call graphs

/** How to make the runtime write the names of the code that it compiles or interprets. */
const namesOf = (runtime: Runtime): string =>
  runtimeFacts(runtime).names ??
  (runtime === 'native'
    ? 'Make its JIT compiler write /tmp/perf-PID.map, and record while the process runs.'
    : `No option of ${runtime} names its functions for perf: use its own profiler.`);

const DWARF = "or record with --call-graph dwarf (callgraph: 'dwarf').";
const BUILD = '-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer';

/** How to get frame pointers in code compiled at run time: its compiler decides. */
const inCompiledCode = (runtime: Runtime): string =>
  runtimeFacts(runtime).pointers ??
  (runtime === 'native' ? `Make its JIT compiler keep frame pointers, ${DWARF}` : namesOf(runtime));

const isLibrary = (binary: string): boolean => /\.so($|\.)/.test(binary);

/** How to get frame pointers in a binary, whatever else its process runs. */
const pointers = (binary: string, runtime: Runtime): string => {
  if (binary === '[unknown]')
    return `These are not code addresses: the stack walk failed in a function without frame pointers. Build the binary of the frames above it with ${BUILD}, ${DWARF}`;
  if (isAnonymous(binary)) return inCompiledCode(runtime);
  const own = runtimeOf(binary);
  if (own === 'java') return inCompiledCode(own);
  if (own === 'python')
    return `Build python with ${BUILD} (most distributions do since 2024, for 3.12 or later), ${DWARF}`;
  if (isLibc(binary))
    return `Use a C library with frame pointers (on Debian and Ubuntu, package libc6-prof; Fedora 38 and Ubuntu 24.04 or later have them), ${DWARF}`;
  if ((runtime === 'go' || runtime === 'rust') && !isLibrary(binary)) return inCompiledCode(runtime);
  return `Build it with ${BUILD}, ${DWARF}`;
};

/** Quotes a path for the shell, so that text from a host is never more than one word of a command. */
const word = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/** The flag or command that fixes the trouble; it is printed for a person to run. */
export const fixOf = (trouble: Trouble, binary: string, runtime: Runtime): string => {
  switch (trouble) {
    case 'no frame pointers':
      return pointers(binary, runtime);
    case 'no map':
      return namesOf(runtime);
    case 'no symbols':
      if ((runtime === 'go' || runtime === 'rust') && !isLibrary(binary)) return namesOf(runtime);
      return binary.startsWith('/')
        ? `Install its debug symbols: on Debian and Ubuntu, find-dbgsym-packages ${word(binary)}; on Fedora and RHEL, dnf debuginfo-install "$(rpm -qf ${word(binary)})".`
        : 'Record where its binary exists, or give its symbols: --symbols DIR.';
    case 'symbols elsewhere':
      return 'Run fbf symbols FILE --out DIR (as root) on the host where FILE was recorded, then add --symbols DIR.';
    case 'depth limit':
      return 'Raise the limit before recording: sysctl kernel.perf_event_max_stack=512';
    case 'kernel hidden':
      return 'Record as root, or make kernel symbols readable while recording: sysctl kernel.kptr_restrict=0';
    case 'interpreter':
      return namesOf(runtime);
    case 'no stacks':
      return 'Record with call graphs: perf record -g';
  }
};
