import type { SudoTool } from '../questions/way.ts';
import type { Program } from '../sources/program.ts';

/** Seconds beyond the window after which a program that runs as root ends by itself: it may take 60 to attach. */
const SPARE = 90;
const WINDOW = 10;

/** A probe that ends a program of bpftrace. */
const limit = (seconds: number): string => `\ninterval:s:${String(Math.ceil(seconds) + SPARE)} { exit(); }\n`;

/**
 * The arguments with a limit of their own: a process of root that sudo has lost takes no signal of the login. perf record
 * ends its sleep when it is stopped; perf stat does not, but counts its intervals.
 */
const bounded = (tool: string, args: readonly string[], seconds: number): readonly string[] => {
  const most = String(Math.ceil(seconds) + SPARE);
  if (tool === 'bpftrace') {
    const text = args.indexOf('-e') + 1;
    if (text === 0) return args; // it reads its text from its standard input
    return args.map((arg, i) => (i === text ? `${arg}${limit(seconds)}` : arg));
  }
  if (args[0] !== 'stat') return [...args, '--', 'sleep', most];
  const interval = args.indexOf('-I') + 2;
  return [...args.slice(0, interval), '--interval-count', most, ...args.slice(interval)];
};

/** The program as root where sudo allows this tool and nothing else: without our supervisor, which may not run as root. */
export const throughSudo = (program: Program, { path, setenv }: SudoTool, seconds = WINDOW): Program => {
  const { argv, env = {}, input, ...rest } = program;
  // Without SETENV sudo refuses variables. It passes the locale on by itself.
  const settings = setenv ? Object.entries(env).map(([name, value]) => `${name}=${value}`) : [];
  const text = input === undefined ? {} : { input: `${input}${limit(seconds)}` };
  return {
    ...rest,
    ...text,
    argv: ['sudo', '-n', ...settings, path, ...bounded(program.tool, argv.slice(1), seconds)],
  };
};
