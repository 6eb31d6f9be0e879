import { describe, expect, it } from 'vitest';
import { calibrationOf, recordedCalibration } from '../../../src/lib/session/load/calibration.ts';
import { readLoad } from '../../../src/lib/session/load/load.ts';

const work = (seconds: number, by = 'GNU') => ({ by, files: 512, seconds });

describe('the costs per event on a host', () => {
  it('are scaled by the CPU time of the same work, by the same cat', () => {
    expect(calibrationOf(work(8.7e-3)).scale).toBeCloseTo(1.5);
    expect(calibrationOf(work(3.7e-3, 'BusyBox')).scale).toBe(1);
    expect(calibrationOf(work(8.7e-3)).say).toBe('calibrated: 1.5 times the costs of the machine on which they were measured; GNU cat opened 512 empty files in 8.7 ms of CPU time, in 5.8 ms there'); // prettier-ignore
  });
  it('are scaled by 0.3 to 5, and the words say what was measured', () => {
    expect(calibrationOf(work(1)).scale).toBe(5);
    expect(calibrationOf(work(1)).say).toContain('limited from 170');
    expect(calibrationOf(work(1e-4)).scale).toBe(0.3);
  });
  it('are not scaled where the work was not measured, or has no reference', () => {
    for (const unknown of [
      undefined,
      work(0),
      work(-1),
      work(NaN),
      work(5e-3, 'other'),
      work(5e-3, '__proto__'),
      { ...work(5e-3), files: 9 },
    ]) {
      const { scale, say } = calibrationOf(unknown);
      expect([scale, say.startsWith('not calibrated: ')]).toEqual([1, true]);
    }
  });
  it('are scaled as a recording says, within the limits, and not at all by one that says nothing sound', () => {
    const recorded = calibrationOf(work(8.7e-3));
    expect(recordedCalibration(recorded)).toEqual(recorded);
    expect(recordedCalibration({ scale: 1e9, say: 'a\u001b[31m' })).toEqual({ scale: 5, say: expect.not.stringContaining('\u001b') as string }); // prettier-ignore
    for (const unsound of [
      undefined,
      {},
      { scale: NaN, say: '' },
      { scale: '3', say: '' } as unknown as { scale: number },
    ])
      expect(recordedCalibration(unsound).scale).toBe(1);
  });
});

it('the work of a host is read from what the script printed; words of others are no figures', () => {
  expect(readLoad('work\tBusyBox\t512\t3700000\n').work).toEqual({ by: 'BusyBox', files: 512, seconds: 3.7e-3 });
  for (const said of ['work\tGNU\t512\t\n', 'work\tGNU\t512\t-5\n', 'work\tGNU\tx\t5\n', 'work\n', ''])
    expect(readLoad(said).work).toBeUndefined();
});
