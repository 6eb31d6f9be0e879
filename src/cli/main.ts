import type { Command } from './command.ts';
import { failure } from './failure.ts';

/** Every verb, one line each; loaded only when it is called. */
const verbs: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  check: () => import('./commands/check.ts'),
  audit: () => import('./commands/audit.ts'),
  look: () => import('./commands/look.ts'),
  symbols: () => import('./commands/symbols.ts'),
  fold: () => import('./commands/fold.ts'),
  run: () => import('./commands/run.ts'),
  kernel: () => import('./commands/kernel.ts'),
  flame: () => import('./commands/flame.ts'),
  decode: () => import('./commands/decode.ts'),
  sources: () => import('./commands/sources.ts'),
  cat: () => import('./commands/cat.ts'),
  verify: () => import('./commands/verify.ts'),
};

const help = async (): Promise<string> => {
  const lines = await Promise.all(
    Object.entries(verbs).map(async ([name, load]) => `  fbf ${name.padEnd(9)} ${(await load()).command.summary}`),
  );
  return [
    'Fast by Friday: find the cause of a performance issue by Friday.',
    '',
    ...lines,
    '',
    'fbf VERB --help says more.',
  ].join('\n');
};

const main = async ([name = 'help', ...args]: readonly string[]): Promise<number> => {
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(`${await help()}\n`);
    return 0;
  }
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (load === undefined) {
    process.stderr.write(`fbf: no verb called ${JSON.stringify(name)}. Try: fbf help\n`);
    return 2;
  }
  const { command } = await load();
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(args);
};

// Whoever reads us may have seen enough (`fbf sources | head`): that ends us, and is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const args = process.argv.slice(2);
try {
  process.exitCode = await main(args);
} catch (error) {
  const known = failure(error, args[0] ?? '');
  if (known === undefined) throw error;
  process.stderr.write(`fbf: ${known.message}\n`);
  process.exitCode = known.kind === 'usage' ? 2 : 1;
}
