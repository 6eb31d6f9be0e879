import type { Bytes } from '../../bytes/bytes.ts';
import type { Profile, ProfileEvent, ReadOptions } from '../../stacks/profile.ts';
import { folderSymbols } from '../../stacks/symbols/folder.ts';
import { hostSymbols } from '../../stacks/symbols/host.ts';
import { firstOf, type SymbolSource } from '../../stacks/symbols/source.ts';
import { kallsymsAhead } from '../../stacks/symbols/kallsyms-ahead.ts';
import { symbolizer } from '../../stacks/symbols/symbolizer.ts';
import { capture } from './capture.ts';
import type { Capture } from './captured.ts';
import { namePlaces } from '../../stacks/addresses/frames.ts';
import { proofOf } from './proof.ts';

const eventsOf = ({ session, samplesOf }: Capture): ProfileEvent[] =>
  session.events.flatMap(({ attr }, event) => {
    const samples = samplesOf[event] ?? 0;
    const name = session.name(event);
    const unit = /^(?:cpu|task)-clock/.test(name) ? 'ns' : name.replace(/:.*$/, '');
    const rate = attr.flags.has('freq') ? `${attr.samplePeriod} Hz` : `every ${attr.samplePeriod}`;
    return samples === 0 && attr.flags.has('mmap2') && /^dummy/.test(name)
      ? []
      : [{ name, samples, unit, about: rate }];
  });

const lostSay = ({ samples, records }: Capture['lost']): string[] =>
  records === 0 ? [] : [`${samples} samples were lost while recording: raise -m, lower -F or record fewer events`];

const warningsOf = (taken: Capture, unnamed: readonly string[]): string[] => [
  ...taken.header.warnings,
  ...(taken.end.why === undefined ? [] : [`records end early: ${taken.end.why}`]),
  ...(taken.damaged === 0 ? [] : [`${taken.damaged} records are shorter than their fields and were left out`]),
  ...(taken.overflow ? ['more than 1 GB of records waited to be sorted by time: samples may be out of order'] : []),
  ...(taken.copied
    ? [
        'user stacks were copied (--call-graph dwarf), which this version does not unwind: only the innermost user frame is shown; record with --call-graph fp',
      ]
    : []),
  ...lostSay(taken.lost),
  ...unnamed,
];

/** The names of the sampled processes: that of the main thread, whose tid is the pid. */
const processNamesOf = ({ threadName }: Capture, { size, data }: Profile['samples']): ReadonlyMap<number, string> => {
  const { pid } = data;
  const names = new Map<number, string>();
  if (pid?.kind !== 'number') return names;
  for (const each of new Set(pid.values.subarray(0, size))) {
    const name = each === 0 ? 'swapper' : threadName(each);
    if (name !== undefined) names.set(each, name);
  }
  return names;
};

const WORTH_NAMING = 8;

/** Captures of at least this many bytes take longer to read than starting a thread does. */
const WORTH_A_THREAD = 2 ** 23;

/** Warns about binaries without symbols because no file here is proved to be the recorded one, and how to get them. */
const missingSay = (missing: readonly string[], host: boolean): string[] => {
  // On the recorded host itself, a missing perf map is not a problem of the reader.
  const names = missing.filter((name) => !host || !/^\/tmp\/perf-\d+\.map$/.test(name));
  if (names.length === 0) return [];
  const some = names.slice(0, WORTH_NAMING).join(', ');
  const more = names.length > WORTH_NAMING ? ` and ${names.length - WORTH_NAMING} more` : '';
  const here = host ? 'not found, or changed since' : 'this machine is not the one that was recorded';
  return [
    `no symbols of ${some}${more} (${here}): run \`fbf symbols FILE --out DIR\` on the host where FILE was recorded, then add --symbols DIR`,
  ];
};

/** The names of binaries without symbols, each once. Memory without a file does not count. */
const missingNames = (missing: readonly { readonly name: string }[]): string[] =>
  [...new Set(missing.map(({ name }) => name))].filter((name) => name.startsWith('/') || /^\[(vdso|kernel)/.test(name));

const sourceOf = ({ symbols, ownFiles = true }: ReadOptions, own: SymbolSource): SymbolSource => {
  if (symbols === undefined) return own;
  return ownFiles ? firstOf([folderSymbols(symbols), own]) : folderSymbols(symbols);
};

/**
 * Reads a perf.data file into a profile. Throws FridayError('input') if it is not perf.data; a damaged file gives the
 * part that was read.
 */
export const readPerfData = async (bytes: Bytes, options: ReadOptions = {}): Promise<Profile> => {
  const ahead = bytes.size < WORTH_A_THREAD ? undefined : kallsymsAhead();
  const taken = await capture(bytes, options);
  const { header, places, dsos, kernel } = taken;
  const { features } = header;
  const proof = proofOf({ features, kernelBuildId: kernel.buildId, bytes });
  const own = hostSymbols(proof, await ahead);
  const symbols = symbolizer(sourceOf(options, own), kernel);
  const { frames, frameOf } = namePlaces(places, dsos, symbols, options);
  const { stacks, moved } = taken.name(frameOf);
  const missing = missingNames(symbols.missing);
  const samples = taken.table(moved);
  return {
    samples,
    stacks,
    frames,
    lost: taken.lost,
    // What a folder alone lacks was told when it was made.
    warnings: warningsOf(taken, options.ownFiles === false ? [] : missingSay(missing, proof.host)),
    meta: {
      format: 'perf.data',
      tool: features.version === undefined ? '' : `perf ${features.version}`,
      host: features.hostname ?? '',
      kernel: features.osRelease ?? '',
      arch: features.arch ?? '',
      command: features.commandLine?.join(' ') ?? '',
      events: eventsOf(taken),
      start: taken.start,
      maxDepth: taken.maxDepth,
      callers: taken.callers,
      processNames: processNamesOf(taken, samples),
      missing,
    },
  };
};
