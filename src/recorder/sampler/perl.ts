import type { SamplerPlan, StreamPlan } from './plan.ts';
import { perlProgram } from './perl-program.ts';
import { word } from './plan.ts';

/** The most descriptors that the sampler keeps open: each costs the kernel about 4 KB. */
const MOST_KEPT = 16_384;

const flags = ({ recipe }: StreamPlan): string =>
  [recipe.perProcess && 'p', recipe.once && 'o', recipe.perNetns && 'n', recipe.log && 'l', recipe.counts && 'c']
    .filter(Boolean)
    .join('') || '-';

const streamWords = (stream: StreamPlan): readonly string[] => {
  const { read, counts, links = counts ?? [] } = stream.recipe;
  return [stream.name, String(stream.hz), flags(stream), String(read.length), ...read, String(links.length), ...links];
};

/**
 * The perl form: one process that keeps descriptors open. Its soft limit of open files is raised up to the hard limit;
 * beyond that, files are opened again for each sample.
 */
export const perlScript = (plan: SamplerPlan): string => `
most=$(ulimit -H -n 2>/dev/null)
case $most in *[!0-9]*|'') most=${MOST_KEPT + 64} ;; esac
[ "$most" -gt ${MOST_KEPT + 64} ] && most=${MOST_KEPT + 64}
ulimit -S -n "$most" 2>/dev/null || most=$(ulimit -n)
case $most in *[!0-9]*|'') most=256 ;; esac
exec perl -e '${perlProgram}' ${word(plan.nonce)} ${word(String(plan.seconds))} ${word(String(plan.maxCpu))} "$(uname -m)" $((most > 128 ? most - 64 : 0)) ${plan.streams.flatMap(streamWords).map(word).join(' ')}
`;
