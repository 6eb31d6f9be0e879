import { hostProgram } from '../../lib/host-program.ts';
import { scriptHeader } from '../../lib/transport/quote.ts';
import type { Recipe } from '../../lib/sources/source.ts';
import type { Form, SamplerPlan, StreamPlan } from './plan.ts';
import { noncePath, plain } from './plan.ts';

/** Highest samples per second for forms that fork for each sample, so that they do not load the host. */
const MOST: Readonly<Record<Exclude<Form, 'perl'>, { readonly files: number; readonly processes: number }>> = {
  head: { files: 10, processes: 1 },
  cat: { files: 2, processes: 0.1 },
};

/** Ticks per second at least: between two of them the sampler does not see that its time is over. */
const SLOWEST = 1;

const rate = ({ recipe, hz }: StreamPlan, form: Exclude<Form, 'perl'>): number =>
  Math.min(hz, recipe.once ? 0.1 : recipe.perProcess ? MOST[form].processes : MOST[form].files);

/** The depths at which the shell form looks for cgroups, since its globs name each depth. */
const DEPTHS = ['', '/*', '/*/*', '/*/*/*', '/*/*/*/*'];

/** Expands `**` to globs for a shell; in a cgroup tree files have the same names at each depth. */
const globs = (path: string): readonly string[] =>
  path.includes('/**') ? DEPTHS.map((depth) => path.replace('/**', depth)) : [path];

/** Which function of shell.sh reads a path. */
const reader = (recipe: Recipe, path: string): string => {
  if (recipe.log) return 'log';
  if (path === '/etc/passwd') return 'passwd';
  return recipe.perNetns ? 'netns' : 'files';
};

/** Pairs of a function of shell.sh and a path. */
const readings = (recipe: Recipe): readonly string[] => {
  // The number of entries of a directory is not in a file: only perl counts them.
  if (recipe.counts) return [];
  return [
    ...recipe.read.flatMap(globs).flatMap((path) => [reader(recipe, path), path]),
    ...(recipe.log ? [] : (recipe.links ?? [])).flatMap((path) => ['links', path]),
  ];
};

/** The forms for hosts without perl (shell.sh): a shell loop that forks for each sample. */
export const shellScript = ({ streams, nonce, seconds }: SamplerPlan, form: Exclude<Form, 'perl'>): string => {
  const rates = streams.map((stream) => rate(stream, form));
  const ticks = Math.max(...rates, SLOWEST);
  const words = streams.flatMap(({ name, recipe }, i) => {
    const every = Math.max(1, Math.round(ticks / (rates[i] ?? ticks)));
    const pairs = readings(recipe);
    return ['stream', name, String(every), String(pairs.length), ...pairs];
  });
  const pause = (1 / ticks).toFixed(3);
  const whole = Math.max(1, Math.round(1 / ticks));
  return (
    scriptHeader(
      { form, nonce, prefix: noncePath(nonce), seconds: Math.ceil(seconds), pause, whole },
      words.map(plain),
    ) + hostProgram('src/recorder/sampler/shell.sh')
  );
};
