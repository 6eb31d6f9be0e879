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
  return { seen: Math.max(0, ...Object.values(sources).map(span)), asked: seconds, why: reason };
};

const rounded = (seconds: number): string => String(Number(seconds.toFixed(seconds < 10 ? 1 : 0)));

/** 'Cut after 11 of 30 s: the host stopped answering.'; of several hosts, `host` names the one: 'web1 was cut after ...' */
export const cutSentence = ({ seen, asked, why }: Cut, host?: string): string =>
  `${host === undefined ? 'Cut' : `${host} was cut`} after ${rounded(asked === undefined ? seen : Math.min(seen, asked))}${asked === undefined ? '' : ` of ${rounded(asked)}`} s: ${why}.`;
