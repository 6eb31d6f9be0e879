import { expect, test } from 'vitest';
import { warningsOf } from '../../../src/lib/fetch/warnings.ts';
import { sayWarning } from '../../../src/lib/recording/warning.ts';

const lacking = (lacksMap: ReadonlyMap<number, string>) => ({
  wanted: { binaries: [], pids: [...lacksMap.keys()], kernelBuildId: '', kernel: false },
  elfs: new Set<number>(),
  maps: new Set<number>(),
  lacks: new Map<number, string>(),
  lacksMap: new Map(lacksMap),
  cut: undefined,
  kernel: false,
  kernelLacks: undefined,
});

test('many processes without a map for one reason are one warning, a few are named one by one', () => {
  const ended = Array.from({ length: 40 }, (_, i): [number, string] => [1000 + i, 'ended']);
  const said = warningsOf(lacking(new Map([...ended, [7, 'absent'], [8, 'absent']]))).map(sayWarning);
  expect(said).toEqual([
    'no names of the code that 40 processes compiled at run time: they have ended and left no /tmp/perf-PID.map (1000, 1001, 1002 ...)',
    'no names of the code that process 7 compiled at run time: its perf-7.map: not found',
    'no names of the code that process 8 compiled at run time: its perf-8.map: not found',
  ]);
});
