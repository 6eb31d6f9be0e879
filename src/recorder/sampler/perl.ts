import { hostProgram } from '../../lib/host-program.ts';
import { SAMPLER_NAME } from '../../lib/our-processes.ts';
import { scriptHeader } from '../../lib/transport/quote.ts';
import type { SamplerPlan, StreamPlan } from './plan.ts';
import { plain } from './plan.ts';

/** The most descriptors that the sampler keeps open: each costs the kernel about 4 KB. */
const MOST_KEPT = 16_384;
/** Descriptors for everything else that the sampler opens. */
const SPARE = 64;

/** The files of the sampler in Perl, which are one program. */
export const perlParts: readonly string[] = [
  'begin',
  'files',
  'counts',
  'logs',
  'sweep',
  'tasks',
  'people',
  'main',
].map((part) => `src/recorder/sampler/perl/${part}.pl`);

const perlProgram = perlParts.map(hostProgram).join('');

const flags = ({ recipe }: StreamPlan): string =>
  [
    recipe.perProcess && 'p',
    recipe.perThread && 't',
    recipe.once && 'o',
    recipe.perNetns && 'n',
    recipe.log && 'l',
    recipe.counts && 'c',
  ]
    .filter(Boolean)
    .join('') || '-';

const streamWords = (stream: StreamPlan): readonly string[] => {
  const { read, counts, links = counts ?? [] } = stream.recipe;
  return [stream.name, String(stream.hz), flags(stream), String(read.length), ...read, String(links.length), ...links];
};

/** The perl form (perl.sh): one process that keeps descriptors open. */
export const perlScript = ({ nonce, seconds, maxCpu, streams }: SamplerPlan): string =>
  scriptHeader(
    { wanted: MOST_KEPT + SPARE, program: perlProgram, name: SAMPLER_NAME, nonce, seconds, share: maxCpu },
    streams.flatMap(streamWords).map(plain),
  ) + hostProgram('src/recorder/sampler/perl.sh');
