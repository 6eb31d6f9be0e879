import { expect, it, describe } from 'vitest';
import { FridayError } from '../../../src/lib/errors.ts';
import { cutOf, cutSentence } from '../../../src/lib/recording/cut.ts';
import type { Manifest, SourceFact } from '../../../src/lib/recording/format.ts';
import { upToDate } from '../../../src/lib/recording/older.ts';
import { causeOf, clauseOf } from '../../../src/recorder/cause.ts';

const fact = (samples: number, achieved: number) =>
  ({ samples, achieved, warnings: [] as const }) as unknown as SourceFact;
const cut = (more: Partial<Manifest>) =>
  cutOf(upToDate({ status: 'cut', sources: { a: fact(12, 1), b: fact(3, 0.5) }, warnings: [], ...more } as Manifest));

describe('the sentence that a recording was cut', () => {
  it.each([
    [{ seconds: 30, reason: 'the host stopped answering' }, 'Cut after 11 of 30 s: the host stopped answering.'],
    [{ reason: 'it was stopped, after 11.2 of 30 s' }, 'Cut after 11 of 30 s: it was stopped.'],
    [{ reason: 'the recorder died while it was written' }, 'Cut after 11 s: the recorder died while it was written.'],
    [{ seconds: 30 }, 'Cut after 11 of 30 s: the recording does not say why.'],
    [{ seconds: 30, reason: 'x', sources: {} }, 'Cut after 0 of 30 s: x.'],
    [{ seconds: 30, reason: 'x', sources: { a: fact(9, 2) } }, 'Cut after 4 of 30 s: x.'],
    [{ seconds: 30, reason: 'x', sources: { a: fact(8, 2) } }, 'Cut after 3.5 of 30 s: x.'],
  ])('is one sentence: %j', (manifest, sentence) => {
    const found = cut(manifest);
    expect(found && cutSentence(found)).toBe(sentence);
  });

  it('names the host if there are several', () => {
    const found = cut({ seconds: 30, reason: 'x' });
    expect(found && cutSentence(found, 'web1')).toBe('web1 was cut after 11 of 30 s: x.');
  });

  it('is absent for a recording that is complete or still being written', () => {
    expect([cut({ status: 'complete' }), cut({ status: 'open' })]).toEqual([undefined, undefined]);
  });
});

describe('the cause of a cut', () => {
  const whole = { told: undefined, ran: 30.2, of: 30 };
  it.each([
    [{ why: 'ended', status: 0 }, whole, undefined],
    [{ why: 'ended', status: 0 }, { ...whole, ran: 11 }, 'another process on the host stopped the sampler'],
    [{ why: 'ended', status: 137 }, { ...whole, ran: 11 }, 'the sampler on the host was killed by signal 9'],
    [{ why: 'ended', status: 2 }, whole, 'the sampler on the host exited with status 2'],
    [{ why: 'lost', status: undefined }, whole, 'the host stopped answering'],
    [{ why: 'away', status: 0 }, whole, 'the host received no heartbeat from the recorder and ended the capture'],
    [{ why: 'deadline', status: 0 }, whole, 'the capture ran past its deadline and the supervisor ended it'],
    [{ why: 'killed', status: 0 }, whole, 'the supervisor on the host was killed'],
    [{ why: 'closed', status: 0 }, whole, 'the channel to the host was closed'],
    [{ why: 'stopped', status: 0 }, { ...whole, told: 'it was stopped' }, 'it was stopped'],
  ] as const)('%j', (ended, ran, cause) => {
    expect(causeOf(ended, ran)).toBe(cause);
  });

  it('is a clause without control characters from the host', () => {
    const full = new FridayError('disk-full', '/x: expected room', { next: 'Free some.' });
    expect([clauseOf(full), clauseOf(new Error('a\u001b[2Jb.\nc.'))]).toEqual([
      'the disk of the recording is full',
      expect.not.stringMatching(/[\u001b\n]|\.$/),
    ]);
  });
});
