import type { Warning } from '../sources/source.ts';
import type { Manifest, SourceFact } from './format.ts';
import type { RecordedWarning } from './warning.ts';

/** A manifest as it may stand in a folder: before ADR 121, warnings and reasons were sentences. */
export type StoredManifest = Omit<Manifest, 'sources' | 'warnings'> & {
  readonly warnings: readonly (Warning | RecordedWarning)[];
  readonly sources: Readonly<Record<string, StoredFact>>;
};

type StoredFact = Omit<SourceFact, 'warnings'> & {
  readonly warnings: readonly (Warning | RecordedWarning)[];
  /** 'PATH: WHY; PATH: WHY and 2 more'. */
  readonly reason?: string;
};

const UNREAD_FILE = /^\/proc\/PID\/(\w+) cannot be read for (\d+) of (\d+) processes: (.*)$/s;
const UNREAD_NAMESPACES = /^the network namespaces of (\d+) of (\d+) processes cannot be read/;
const OWN_NAMESPACE = /^only the network namespace of the login/;
const WINDOW = /^(.*), after [\d.]+ of ([\d.]+) s$/s;
const MORE = /^(.*) and (\d+) more$/s;

/** The sentences on which coverage depends, as data; others stay what they are. */
const asData = (warning: Warning | RecordedWarning): RecordedWarning => {
  if ('code' in warning) return warning;
  const { say, ...about } = warning;
  const [, file, unreadFiles, ofFiles, why] = UNREAD_FILE.exec(say) ?? [];
  if (file !== undefined && why !== undefined)
    return { ...about, code: 'processes-file-unread', file, unread: Number(unreadFiles), of: Number(ofFiles), why };
  const [, unread, of] = UNREAD_NAMESPACES.exec(say) ?? [];
  if (unread !== undefined) return { ...about, code: 'namespaces-unread', unread: Number(unread), of: Number(of) };
  if (OWN_NAMESPACE.test(say)) return { ...about, code: 'own-namespace-only' };
  return { ...about, code: 'sentence', say };
};

const missingFrom = (reason: string): Pick<SourceFact, 'missing' | 'more'> => {
  const [, said = reason, more] = MORE.exec(reason) ?? [];
  const missing = said.split('; ').map((part) => {
    const at = part.indexOf(': ');
    return at < 0 ? { path: '', why: part } : { path: part.slice(0, at), why: part.slice(at + 2) };
  });
  return { missing, ...(more === undefined ? {} : { more: Number(more) }) };
};

const factFrom = ({ reason, warnings, ...fact }: StoredFact): SourceFact => ({
  ...fact,
  ...(reason === undefined || fact.samples === 0 ? {} : missingFrom(reason)),
  warnings: warnings.map(asData),
});

/** Older recordings state the window in the reason: 'it was stopped, after 11.0 of 30 s'. */
const windowFrom = ({ status, reason, seconds }: StoredManifest): Pick<Manifest, 'reason' | 'seconds'> => {
  const [, why, of] = status === 'cut' && reason !== undefined ? (WINDOW.exec(reason) ?? []) : [];
  return why === undefined ? {} : { reason: why, seconds: seconds ?? Number(of) };
};

/** The manifest of a recording of any age as this version writes it: the only place that reads our older sentences. */
export const upToDate = (stored: StoredManifest): Manifest => ({
  ...stored,
  ...windowFrom(stored),
  warnings: stored.warnings.map(asData),
  sources: Object.fromEntries(Object.entries(stored.sources).map(([name, fact]) => [name, factFrom(fact)])),
});
