import type { Manifest, SourceFact } from './format.ts';

/** That a capture ended before its window did. */
export interface Cut {
  /** Seconds from the first sample to the last one, of the stream that was read for longest. */
  readonly seen: number;
  /** Seconds that were asked for; undefined where an old recording does not say. */
  readonly asked: number | undefined;
  /** The cause, as a clause: 'the host stopped answering'. */
  readonly why: string;
}

/** Older recordings have the window in the reason: 'it was stopped, after 11.0 of 30 s'. */
const OLD = /^(.*), after [\d.]+ of ([\d.]+) s$/s;

/** Seconds from the first sample of a source to its last one. */
export const span = ({ samples, achieved }: SourceFact): number => (achieved > 0 ? (samples - 1) / achieved : 0);

/** Whether, when and why a recording was cut; undefined for one that ran its whole window, or is still being written. */
export const cutOf = ({ status, reason = 'it does not say why', seconds, sources }: Manifest): Cut | undefined => {
  if (status !== 'cut') return undefined;
  const [, why = reason, of] = OLD.exec(reason) ?? [];
  const asked = seconds ?? (of === undefined ? undefined : Number(of));
  return { seen: Math.max(0, ...Object.values(sources).map(span)), asked, why };
};

const rounded = (seconds: number): string => String(Number(seconds.toFixed(seconds < 10 ? 1 : 0)));

/** 'Cut after 11 of 30 s: the host stopped answering.' */
export const cutSentence = ({ seen, asked, why }: Cut): string =>
  `Cut after ${rounded(asked === undefined ? seen : Math.min(seen, asked))}${asked === undefined ? '' : ` of ${rounded(asked)}`} s: ${why}.`;
