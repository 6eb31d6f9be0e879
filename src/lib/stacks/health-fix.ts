import { isAnonymous, isLibc } from './health-binary.ts';

/** Why stacks of a binary cannot be trusted. */
export type Trouble =
  | 'no frame pointers' // the walk stopped at a function that keeps no frame pointer
  | 'no map' // code compiled at run time, and no /tmp/perf-PID.map that names it
  | 'no symbols' // the binary is stripped and no separate symbols were found
  | 'depth limit' // deeper than the recorder keeps
  | 'symbols elsewhere' // recorded on another host, whose files this machine does not have
  | 'kernel hidden' // kptr_restrict or the rights of who recorded hid the kernel's names
  | 'interpreter' // the interpreter's own functions stand for those of the program
  | 'no stacks'; // recorded without call graphs

/** What runs in a process, as far as it changes the fix. */
export type Runtime = 'java' | 'node' | 'python' | 'native';

const runtimes: readonly (readonly [RegExp, Runtime])[] = [
  [/(^|\/)libjvm\.so|(^|\/)java$/, 'java'],
  [/(^|\/)(node|nodejs|libnode\.so[.\d]*)$/, 'node'],
  [/(^|\/)(python[\d.]*|libpython[\d.]+\.so[.\d]*)$/, 'python'],
];

/** The runtime that a binary's path tells of. */
export const runtimeOf = (binary: string): Runtime | undefined => runtimes.find(([path]) => path.test(binary))?.[1];

/** How each runtime writes the names of the code that it compiles at run time. */
const maps: Readonly<Record<Runtime, string>> = {
  java: 'Run java with -XX:+PreserveFramePointer and -XX:+DumpPerfMapAtExit, or have the map written now: jcmd PID Compiler.perfmap',
  node: 'Run node with --perf-basic-prof --interpreted-frames-native-stack.',
  python: 'Run python3 (3.12 or later) with -X perf, or set PYTHONPERFSUPPORT=1.',
  native: 'Have the run-time compiler write /tmp/perf-PID.map, and record while the process lives.',
};

const DWARF = 'or record with --call-graph dwarf.';
const BUILD = '-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer';

/** Code compiled at run time: whether it keeps frame pointers is up to the run-time compiler. */
const compiled: Readonly<Record<Runtime, string>> = {
  java: 'Run java with -XX:+PreserveFramePointer.',
  node: maps.node,
  python: maps.python,
  native: `Have the run-time compiler keep frame pointers, ${DWARF}`,
};

/** How a binary gets frame pointers: what the process runs besides does not change that. */
const pointers = (binary: string, runtime: Runtime): string => {
  if (binary === '[unknown]')
    return `These are no addresses of code: the walk left a function without a frame pointer. Build what it was called from with ${BUILD}, ${DWARF}`;
  if (isAnonymous(binary)) return compiled[runtime];
  const own = runtimeOf(binary);
  if (own === 'java') return compiled.java;
  if (own === 'python') return `Build python with ${BUILD} (3.12 and later as distributions do since 2024), ${DWARF}`;
  if (isLibc(binary))
    return `Use a C library with frame pointers (on Debian and Ubuntu, package libc6-prof; Fedora 38 and Ubuntu 24.04 or later have them), ${DWARF}`;
  return `Build it with ${BUILD}, ${DWARF}`;
};

/** How a shell reads a path: text from a host never becomes more of a command than one word. */
const word = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/** The flag or command that fixes a trouble, to be read and run by a person. */
export const fixOf = (trouble: Trouble, binary: string, runtime: Runtime): string => {
  switch (trouble) {
    case 'no frame pointers':
      return pointers(binary, runtime);
    case 'no map':
      return maps[runtime];
    case 'no symbols':
      return binary.startsWith('/')
        ? `Install its debug symbols: on Debian and Ubuntu, find-dbgsym-packages ${word(binary)}; on Fedora and RHEL, dnf debuginfo-install "$(rpm -qf ${word(binary)})".`
        : 'Record with the binaries at hand, or give their symbols with --symbols.';
    case 'symbols elsewhere':
      return 'Run fbf symbols FILE --out DIR (as root) on the host where FILE was recorded, then add --symbols DIR.';
    case 'depth limit':
      return 'Keep more frames while recording: sysctl kernel.perf_event_max_stack=512';
    case 'kernel hidden':
      return 'Record as root, or let kernel names be seen while recording: sysctl kernel.kptr_restrict=0';
    case 'interpreter':
      return maps.python;
    case 'no stacks':
      return 'Record with call graphs: perf record -g';
  }
};
