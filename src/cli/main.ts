import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../lib/paths.ts';
import type { Command } from './command.ts';
import { closing, failure, unexpected } from './failure.ts';

/** Every verb; its module is loaded only when it is called. */
const verbs: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  look: () => import('./commands/look.ts'),
  ask: () => import('./commands/ask.ts'),
  profile: () => import('./commands/profile.ts'),
  run: () => import('./commands/run.ts'),
  check: () => import('./commands/check.ts'),
  questions: () => import('./commands/questions.ts'),
  plan: () => import('./commands/plan.ts'),
  audit: () => import('./commands/audit.ts'),
  flame: () => import('./commands/flame.ts'),
  fold: () => import('./commands/fold.ts'),
  symbols: () => import('./commands/symbols.ts'),
  decode: () => import('./commands/decode.ts'),
  sources: () => import('./commands/sources.ts'),
  cat: () => import('./commands/cat.ts'),
  verify: () => import('./commands/verify.ts'),
  kernel: () => import('./commands/kernel.ts'),
};

const HELP = ['help', '--help', '-h'];
const VERSION = ['version', '--version', '-V'];

const help = async (): Promise<string> => {
  const lines = await Promise.all(
    Object.entries(verbs).map(async ([name, load]) => `  fbf ${name.padEnd(9)} ${(await load()).command.summary}`),
  );
  return [
    'Fast by Friday: find the cause of a performance issue by Friday.',
    '',
    ...lines,
    '',
    'fbf help VERB     the options of one of these',
    'fbf --version',
  ].join('\n');
};

const version = async (): Promise<string> => {
  const { version: own } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return `fbf ${own} (Node ${process.versions.node})`;
};

const say = (text: string): number => {
  process.stdout.write(`${text}\n`);
  return 0;
};

const main = async ([name = 'help', ...args]: readonly string[]): Promise<number> => {
  if (VERSION.includes(name)) return say(await version());
  const asksHelp = HELP.includes(name);
  const verb = asksHelp ? args[0] : name;
  if (verb === undefined) return say(await help());
  const load = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (load === undefined) {
    process.stderr.write(`fbf: unknown verb ${JSON.stringify(verb)}\nList the verbs: fbf help\n`);
    return 2;
  }
  const { command } = await load();
  const words = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (asksHelp || words.includes('--help') || words.includes('-h')) return say(command.usage);
  return command.run(args);
};

const args = process.argv.slice(2);

/** Prints the error of a failed command; returns its exit status. */
const failed = (error: unknown): number => {
  const known = failure(error, args[0] ?? '') ?? unexpected(error, args[0] ?? '');
  const { message } = known;
  process.stderr.write(`${message.startsWith('fbf ') ? '' : 'fbf: '}${message}\n`);
  return known.kind === 'usage' ? 2 : 1;
};

process.stdout.on('error', (error) => {
  process.exit(closing(error) ? 0 : failed(Object.assign(error, { path: 'standard output' })));
});
process.on('uncaughtException', (error) => {
  process.exit(failed(error));
});

/** A read of a pipe cannot be cancelled: without a limit, a failed command would wait for the pipe's writer. */
const LINGER_MS = 1000;

try {
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = failed(error);
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
