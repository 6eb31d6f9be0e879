import { describe, expect, it } from 'vitest';
import type { SourceFact } from '../../../src/lib/recording/format.ts';
import { type StoredManifest, upToDate } from '../../../src/lib/recording/older.ts';
import { whyNot } from '../../../src/lib/recording/tally.ts';
import { sayWarning, shownWarning, warningFrom } from '../../../src/lib/recording/warning.ts';
import { covered } from '../../../src/lib/session/coverage.ts';
import { sourceGaps } from '../../../src/lib/session/provenance.ts';

const NET = { read: ['/proc/net/snmp'], perNetns: true } as const;
const fact = { recipe: NET, status: 'ok', warnings: [], asked: 1, achieved: 1, samples: 60, lost: 0, tool: 'perl' };
const stored = (more: object, ofSource: object = {}): StoredManifest =>
  ({
    format: 1,
    status: 'complete',
    overhead: { wall: 60 },
    warnings: [],
    sources: { 'proc.net.snmp': { ...fact, ...ofSource } },
    ...more,
  }) as unknown as StoredManifest;

/** Every sentence that a sampler or recorder printed before warnings were data. */
const UNREAD =
  'the network namespaces of 30 of 60 processes cannot be read without root: some namespaces may be missing';
const OWN = 'only the network namespace of the login is read; for the others install perl on the host';
const FILE = '/proc/PID/io cannot be read for 7 of 90 processes: Permission denied';
const OTHERS = [
  'read by dmesg, since this dd has no non-blocking reads: messages that the ring buffer dropped are not counted',
  'the sampler printed: a\nb',
  'anything else: 1 of 2',
];

describe('a manifest with sentences', () => {
  it.each([UNREAD, OWN, FILE, ...OTHERS])('gives the same warning: %s', (say) => {
    const { warnings } = upToDate(stored({ warnings: [{ t: 3, source: 'x', say }] }));
    expect(warnings.map(shownWarning)).toEqual([{ t: 3, source: 'x', say }]);
  });

  it('has the same coverage and the same gaps', () => {
    const unread = upToDate(stored({ warnings: [{ say: UNREAD }] }));
    expect(covered(unread, ['proc.net.snmp'])).toBe(0.5);
    expect(sourceGaps(unread, 'proc.net.snmp').gaps).toEqual([UNREAD]);
    const own = upToDate(stored({}, { warnings: [{ say: OWN }] }));
    expect(covered(own, ['proc.net.snmp'])).toBe(0.5);
    expect(sourceGaps(own, 'proc.net.snmp').gaps).toEqual([OWN]);
    expect(covered(upToDate(stored({ warnings: [{ say: 'x' }] })), ['proc.net.snmp'])).toBe(1);
  });

  it.each([
    ['/proc/a: Permission denied', 1],
    ['/proc/a: No such file or directory; /proc/b: I/O error; /proc/c: x and 4 more', 3],
    ['no reason given', 1],
  ])('names the same files that could not be read: %s', (reason, files) => {
    const { sources } = upToDate(stored({}, { status: 'partial', reason }));
    const read = sources['proc.net.snmp'] as SourceFact;
    expect([whyNot(read), read.missing?.length]).toEqual([reason, files]);
  });

  it('is a manifest of today afterwards, which stays as it is', () => {
    const now = upToDate(stored({ warnings: [{ say: FILE }] }, { status: 'failed', reason: 'no sample arrived' }));
    expect(upToDate(now)).toEqual(now);
    expect(now.warnings[0]).toEqual({ code: 'processes-file-unread', file: 'io', unread: 7, of: 90, why: 'Permission denied' }); // prettier-ignore
  });
});

describe('a warning of the sampler', () => {
  it('is a code and fields, and becomes a sentence where it is shown', () => {
    const warning = warningFrom('processes-file-unread\nfile io\nof 90\nunread 7\nwhy Permission denied');
    expect(warning).toMatchObject({ code: 'processes-file-unread', unread: 7 });
    expect(sayWarning(warning)).toBe(FILE);
  });

  it('of a kind that this version does not know is shown as it was sent, in one line', () => {
    expect(sayWarning(warningFrom('new-kind\nroot \u001b[31m/x'))).toBe('new-kind root [31m/x');
  });
});
