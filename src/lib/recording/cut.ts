import type { Manifest, SourceFact } from './format.ts';

/** Describes a capture that ended before its window did. */
export interface Cut {
  /** Seconds from the first sample to the last one, in the stream with the longest such time. */
  readonly seen: number;
  /** The window in seconds; undefined if an old recording does not have it. */
  readonly asked: number | undefined;
  /** The cause, as a clause: 'the host stopped answering'. */
  readonly why: string;
}

/** Older recordings state the window in the reason: 'it was stopped, after 11.0 of 30 s'. */
const OLD = /^(.*), after [\d.]+ of ([\d.]+) s$/s;

/** Seconds from the first sample of a source to its last. */
export const span = ({ samples, achieved }: SourceFact): number => (achieved > 0 ? (samples - 1) / achieved : 0);

/** When and why a recording was cut; undefined if it ran its whole window or is still being written. */
export const cutOf = ({
  status,
  reason = 'the recording does not say why',
  seconds,
  sources,
}: Manifest): Cut | undefined => {
  if (status !== 'cut') return undefined;
  const [, why = reason, of] = OLD.exec(reason) ?? [];
  const asked = seconds ?? (of === undefined ? undefined : Number(of));
  return { seen: Math.max(0, ...Object.values(sources).map(span)), asked, why };
};

const rounded = (seconds: number): string => String(Number(seconds.toFixed(seconds < 10 ? 1 : 0)));

/** 'Cut after 11 of 30 s: the host stopped answering.' */
export const cutSentence = ({ seen, asked, why }: Cut): string =>
  `Cut after ${rounded(asked === undefined ? seen : Math.min(seen, asked))}${asked === undefined ? '' : ` of ${rounded(asked)}`} s: ${why}.`;
