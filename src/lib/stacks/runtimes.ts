/** A language runtime that this library knows; 'native' is code of a compiler, without one. */
export type Runtime =
  | 'java'
  | 'node'
  | 'deno'
  | 'python'
  | 'ruby'
  | 'dotnet'
  | 'go'
  | 'rust'
  | 'erlang'
  | 'php'
  | 'perl'
  | 'lua'
  | 'r'
  | 'bun'
  | 'julia'
  | 'mono'
  | 'native';

/** How a runtime is recognised, and what makes its stacks and names readable for a profiler. */
export interface RuntimeFacts {
  readonly name: Runtime;
  /** The names of its program and library files. */
  readonly files?: RegExp;
  /** Functions that show it, for a language that is compiled into the program. */
  readonly functions?: RegExp;
  /** It compiles at run time: addresses outside all files may be its code. */
  readonly compiles?: true;
  /** Its interpreter's function: the program's own functions have no frame of their own below it. */
  readonly interpreter?: string;
  /** What gives the program's functions names; absent: only its own profiler can. */
  readonly names?: string;
  /** What makes its frames keep frame pointers; absent: how its binary is built. */
  readonly pointers?: string;
  /** Its command line or setting (NAME=VALUE) shows that it writes names, and that it keeps frame pointers. */
  readonly named?: RegExp;
  readonly framed?: RegExp;
}

const V8 = '--perf-basic-prof-only-functions,--interpreted-frames-native-stack';
const FLAGS = `Start node with ${V8.replace(',', ' ')} (NODE_OPTIONS takes both)`;
const INSPECTOR = "or profile it by its inspector, without a restart: target: { pid: PID }, allow: ['debugger']";
const FRAMES = 'Start java with -XX:+PreserveFramePointer';

/** Those whose files tell first: a program in Rust may be a library of Python. */
export const RUNTIMES: readonly RuntimeFacts[] = [
  {
    name: 'java',
    files: /^(java(-?\d[\d.]*)?|libjvm\.so)$/,
    compiles: true,
    names: `${FRAMES}, and let it write its map while it runs, as its user: jcmd PID Compiler.perfmap (JDK 17 or later; allow: ['debugger'] does it; -XX:+DumpPerfMapAtExit at its end; JDK 8 to 16: perf-map-agent).`,
    pointers: `${FRAMES}.`,
    framed: /-XX:\+PreserveFramePointer\b/,
  },
  { name: 'node', files: /^(node(js)?|libnode\.so[.\d]*)$/, compiles: true, interpreter: 'Builtins_InterpreterEntryTrampoline', names: `${FLAGS}; ${INSPECTOR}.`, pointers: `${FLAGS}.`, named: /--perf-basic-prof\b/ }, // prettier-ignore
  { name: 'deno', files: /^deno$/, compiles: true, names: `Start deno with --v8-flags=${V8}.`, named: /--perf-basic-prof\b/ }, // prettier-ignore
  {
    name: 'python',
    files: /^((python|pypy)\d*(\.\d+)?|libpython[\d.]+\.so[.\d]*)$/,
    interpreter: '_PyEval_EvalFrameDefault',
    names:
      'Start python3 (3.12 or later) with -X perf, or set PYTHONPERFSUPPORT=1; before 3.12: py-spy record --pid PID.',
    named: /-X ?perf\b|^PYTHONPERFSUPPORT=[^0]/,
  },
  {
    name: 'ruby',
    files: /^(ruby(-?\d[\d.]*)?|libruby[-.\d]*\.so[.\d]*)$/,
    compiles: true,
    interpreter: 'vm_exec_core',
    names:
      'Start ruby (3.3 or later) with --yjit --yjit-perf: it names the methods that YJIT compiled; for the others: rbspy record --pid PID.',
    named: /--yjit-perf\b/,
  },
  {
    name: 'dotnet',
    files: /^(dotnet(-?\d[\d.]*)?|libcoreclr\.so|libclrjit\.so)$/,
    compiles: true,
    names:
      "Set DOTNET_PerfMapEnabled=1 before it starts (before .NET 6: COMPlus_PerfMapEnabled=1); DOTNET_ReadyToRun=0 also names the framework's precompiled methods.",
    named: /^(DOTNET|COMPlus)_PerfMapEnabled=[123]/,
  },
  { name: 'erlang', files: /^beam\.smp$/, compiles: true, names: 'Start erl with +JPperf true (OTP 24 or later; ERL_FLAGS takes it).', named: /\+JPperf true\b/ }, // prettier-ignore
  { name: 'php', files: /^(php(-?\d[\d.]*)?|php-?fpm.*)$/, interpreter: 'execute_ex', names: 'Use phpspy --pid=PID: a map has only what its JIT compiled.' }, // prettier-ignore
  { name: 'perl', files: /^perl(-?\d[\d.]*)?$/, interpreter: 'Perl_runops_standard' },
  { name: 'lua', files: /^lua/ },
  { name: 'r', files: /^(R|Rscript)$/ },
  { name: 'bun', files: /^bun(-?\d[\d.]*)?$/, compiles: true },
  { name: 'julia', files: /^julia(-?\d[\d.]*)?$/, compiles: true, names: 'Set ENABLE_JITPROFILING=1 before it starts, and record with perf and perf inject --jit.' }, // prettier-ignore
  { name: 'mono', files: /^mono(-?\d[\d.]*)?$/, compiles: true, names: 'Start mono with --jitmap.' },
  {
    name: 'go',
    functions:
      /^runtime\.(goexit|main|mcall|mstart|systemstack|rt0_go|morestack|findRunnable|schedule|gcBgMarkWorker|mallocgc)\b/,
    names: 'Build it without -ldflags=-s, which drops the symbols.',
    pointers:
      "Go keeps frame pointers on amd64 and arm64: C or assembly code that it calls ends the walk. Build that with frame pointers (CGO_CFLAGS), or record with --call-graph dwarf (callgraph: 'dwarf').",
  },
  {
    name: 'rust',
    functions: /^<?(core|alloc|std::(rt|sys|sys_common|panicking|io))::| as (core|alloc|std)::/,
    names: 'Build it with strip = "none" and debug = "line-tables-only" in its Cargo profile.',
    pointers:
      "Build it with RUSTFLAGS='-C force-frame-pointers=yes', or record with --call-graph dwarf (callgraph: 'dwarf').",
  },
];

/** The environment variables in which these switches stand. */
export const RUNTIME_SETTINGS = [
  'NODE_OPTIONS',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  '_JAVA_OPTIONS',
  'PYTHONPERFSUPPORT',
  'RUBYOPT',
  'DOTNET_PerfMapEnabled',
  'COMPlus_PerfMapEnabled',
  'ERL_FLAGS',
  'ERL_AFLAGS',
  'ERL_ZFLAGS',
] as const;

const facts = new Map(RUNTIMES.map((each) => [each.name, each]));

/** What is known of a runtime; nothing of native code. */
export const runtimeFacts = (runtime: Runtime): Omit<RuntimeFacts, 'name'> => facts.get(runtime) ?? {};

/** The file's name without its folders. */
const base = (path: string): string => path.replace(/ \(deleted\)$/, '').replace(/^.*\//s, '');

/** The runtime that a program or library file belongs to, by its name. */
export const runtimeOf = (path: string): Runtime | undefined => {
  const file = base(path);
  return RUNTIMES.find(({ files }) => files?.test(file))?.name;
};
