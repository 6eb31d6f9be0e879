import { FLAMEGRAPH, TEXT, type FlamegraphPayload } from '../mime.ts';
import { diffProfiles, type Difference, type DiffOptions } from '../stacks/diff.ts';
import { offsetGrid, type SampleGrid } from '../stacks/offset-grid.ts';
import type { Profile } from '../stacks/profile.ts';
import { chooseSamples } from '../stacks/tree-profile.ts';
import { mergeStacks, type Tree } from '../stacks/tree.ts';
import { flamegraphPayload, payloadHead, type PayloadHead, type PayloadOptions } from './flamegraph-payload.ts';
import { flamegraphText } from './flamegraph-say.ts';
import { flamegraphSvg, type SvgOptions } from './flamegraph-svg.ts';
import { pictured, pngOf } from './picture.ts';
import { cutApart, type Figure } from './view.ts';

export interface FlamegraphOptions extends DiffOptions {
  readonly title?: string;
  /** The profile to compare with: the figure shows the change from it. */
  readonly against?: Profile | undefined;
  /** Limit of the interactive payload in bytes; default 1 MB. */
  readonly budget?: number;
  /** Rows of the subsecond-offset grid; default 50; 0: no grid, because the rows' times are not those of samples. */
  readonly rows?: number;
  /** Warnings about the stacks, shown above the figure. */
  readonly warnings?: readonly string[];
  /** Where the profile comes from, in one line. */
  readonly how?: string;
  /** Why and when the capture ended early, as a sentence. */
  readonly cut?: string | undefined;
}

/** A merged profile, tested if it is compared: all forms of the figure are drawn from it. */
export interface DrawnProfile {
  readonly tree: Tree;
  readonly unit: string;
  readonly diff?: Difference;
  /** The texts above and below the figure. */
  readonly head: PayloadHead;
  /** Made on demand, because an SVG of a million stacks does not need it. */
  readonly payload: FlamegraphPayload;
}

const drawn = (tree: Tree, options: PayloadOptions, grid?: () => SampleGrid | undefined): DrawnProfile => {
  const head = payloadHead(tree, options);
  const { unit = 'samples', diff } = options;
  let made: FlamegraphPayload | undefined;
  return {
    tree,
    unit,
    head,
    ...(diff === undefined ? {} : { diff }),
    get payload() {
      return (made ??= flamegraphPayload(tree, { ...options, grid: grid?.() }, head));
    },
  };
};

const about = (profile: Profile, event: string, unit: string): string => {
  const { host, kernel, tool, format } = profile.meta;
  const facts = [event === '' ? '' : `event ${event}`, `counted in ${unit}`, tool === '' ? format : tool, host, kernel];
  const lost = profile.lost.samples > 0 ? `; ${profile.lost.samples} samples were lost` : '';
  return `${facts.filter((fact) => fact !== '').join(', ')}${lost}.`;
};

/** Warns that other events of the file are not in the figure: counts of different events cannot be added. */
const otherEvents = (profile: Profile, event: string): string[] => {
  const others = profile.meta.events.filter(({ name, samples }) => name !== event && samples > 0);
  if (event === '' || others.length === 0) return [];
  return [`Only samples of ${event} are shown; the file also has ${others.map(({ name }) => name).join(', ')}.`];
};

const drawnAlone = (profile: Profile, options: FlamegraphOptions): DrawnProfile => {
  const { functions, profiles } = chooseSamples([profile], options);
  const tree = mergeStacks(functions, profiles, { reverse: options.reverse ?? false });
  const chosen = profiles[0];
  const unit = chosen?.unit ?? 'samples';
  const grid = (): SampleGrid | undefined =>
    chosen === undefined || options.reverse === true || options.rows === 0
      ? undefined
      : offsetGrid(profile, chosen, options.rows === undefined ? {} : { rows: options.rows });
  const event = chosen?.event ?? '';
  const said = {
    unit,
    warnings: [...profile.warnings, ...otherEvents(profile, event), ...(options.warnings ?? [])],
    how: options.how ?? about(profile, event, unit),
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
  };
  return drawn(tree, said, grid);
};

const drawnAgainst = (before: Profile, profile: Profile, options: FlamegraphOptions): DrawnProfile => {
  const diff = diffProfiles(before, profile, options);
  return drawn(diff.tree, {
    unit: diff.unit,
    diff,
    warnings: [...before.warnings, ...profile.warnings, ...(options.warnings ?? [])],
    how: options.how ?? about(profile, '', diff.unit),
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
  });
};

/** The first counts of lines with two counts, as a profile; undefined if lines have one count. */
const ownBefore = (profile: Profile): Profile | undefined => {
  const { data } = profile.samples;
  const { before } = data;
  if (before?.kind !== 'number') return undefined;
  return { ...profile, warnings: [], samples: { ...profile.samples, data: { ...data, period: before } } };
};

/**
 * Merges a profile, alone or against another, and makes its payload. Folded lines with two counts are shown as a
 * comparison.
 */
export const drawProfile = (profile: Profile, options: FlamegraphOptions = {}): DrawnProfile => {
  const before = options.against ?? ownBefore(profile);
  return before === undefined ? drawnAlone(profile, options) : drawnAgainst(before, profile, options);
};

/** The flame graph as SVG: complete for a file, or small and without script for a PNG. */
export const drawnSvg = ({ tree, unit, diff, head }: DrawnProfile, options: SvgOptions = {}): string =>
  flamegraphSvg(tree, { unit, title: head.title, ...(diff === undefined ? {} : { diff }), ...options });

/** A profile as a figure: the interactive flame graph, its PNG and its text. */
export const flamegraphFigure = (profile: Profile, options: FlamegraphOptions = {}): Figure => {
  const picture = drawProfile(profile, options);
  const { payload, tree, unit } = picture;
  return {
    say: payload.say,
    svg: (say) => Promise.resolve(drawnSvg(picture, { subtitle: say })),
    bundle: async (say) => {
      const svg = drawnSvg(picture, { subtitle: say, width: 960, minWidth: 1, script: false });
      const whole = tree.weights.at(-1)?.total[0] ?? 0;
      return {
        [FLAMEGRAPH]: { ...payload, ...cutApart(options.cut, say) },
        ...pictured(await pngOf(svg), `${payload.title}: ${say}`),
        [TEXT]: flamegraphText({ ...payload, say }, whole, unit),
      };
    },
  };
};
