import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect, type Finding, type Host, sixtySeconds } from '../src/lib/index.ts';
import { type Bed, makeBed, whyNoBed } from './minute/bed.ts';
import { type Case, cases } from './minute/cases.ts';

/** Operations, failures and latencies (milliseconds) as the victim prints them. */
interface Victim {
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

const victimOf = async (bed: Bed, one: Case, args: readonly string[], seconds: number): Promise<Victim> => {
  const [kind = '', ...rest] = args;
  const out = await bed.start(`exec load victim ${kind} ${String(seconds)} ${rest.join(' ')}`, {
    inside: one.inside === true,
  });
  const [, failed = NaN, p50 = NaN, p99 = NaN] = out.trim().split(' ').map(Number);
  return { failed, p50, p99 };
};

const measured = ({ failed, p50, p99 }: Victim): string =>
  `${p50.toFixed(1)}/${p99.toFixed(1)} ms${failed > 0 ? `, ${String(failed)} failed` : ''}`;

interface Outcome {
  readonly one: Case;
  readonly without: Victim;
  readonly with: Victim;
  /** What the verdict must name; undefined if the case has no culprit. */
  readonly culprit: RegExp | undefined;
  /** The suspect resources, worst first, and those that were ruled out. */
  readonly causes: readonly Finding[];
  readonly cleared: readonly Finding[];
  readonly say: string;
}

const culpritOf = ({ environment }: Bed, { culprit }: Case): RegExp | undefined =>
  culprit === undefined
    ? undefined
    : new RegExp(culprit.replace(/\$(STACKED|THROTTLED)/, (_, name: string) => basename(environment[name] ?? '')));

const tryOne = async (bed: Bed, host: Host, one: Case, seconds: number): Promise<Outcome> => {
  try {
    if (one.base !== undefined) void bed.start(one.base);
    await sleep(500);
    const without = await victimOf(bed, one, one.victim, 3);
    const running = sleep(1000).then(() => victimOf(bed, one, one.itself ?? one.victim, seconds + 2));
    await sleep(500);
    void bed.start(one.fault);
    await sleep(1500);
    const minute = await host.ask(sixtySeconds.questions as never, { seconds });
    const { causes, cleared, say } = sixtySeconds(minute as never);
    return { one, without, with: await running, culprit: culpritOf(bed, one), causes, cleared, say };
  } finally {
    bed.clean();
  }
};

/** Whether the fault hurt its victim: operations failed, or their 99th percentile grew by half and by 3 ms at least. */
const isHarmed = ({ without, with: after }: Outcome): boolean =>
  after.failed > without.failed || after.p99 > Math.max(1.5 * without.p99, without.p99 + 3);

/** Whether a healthy load did not harm its victim: nothing failed, and the median grew by a fifth at most. */
const isUnharmed = ({ without, with: after }: Outcome): boolean =>
  after.failed <= without.failed && after.p50 <= Math.max(1.2 * without.p50, without.p50 + 0.5);

const componentsOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ component }) => component);

const verdictOf = (outcome: Outcome) => {
  const { one, causes, culprit } = outcome;
  const suspects = componentsOf(causes);
  const healthy = one.expect === 'healthy';
  const guilty = one.guilty ?? one.expect;
  return {
    right: healthy || one.expect === 'open' ? '' : suspects[0] === one.expect ? 'yes' : 'NO',
    among: !healthy && suspects.includes(one.expect),
    culprit:
      culprit === undefined
        ? ''
        : culprit.test(causes.find(({ component }) => component === one.expect)?.culprit ?? '')
          ? 'yes'
          : 'no',
    proven: healthy ? isUnharmed(outcome) : isHarmed(outcome),
    wronglyCleared: !healthy && componentsOf(outcome.cleared).includes(guilty),
    wronglyAccused: healthy && suspects.length > 0,
  };
};

const print = (outcome: Outcome): void => {
  const { one, causes } = outcome;
  const { right, culprit, proven, wronglyCleared, wronglyAccused } = verdictOf(outcome);
  const cells = [
    ...[
      one.name.padEnd(20),
      one.mechanism.padEnd(40),
      measured(outcome.without).padEnd(24),
      measured(outcome.with).padEnd(32),
    ],
    ...[one.expect.padEnd(8), (causes[0]?.component ?? '-').padEnd(8), right.padEnd(5), culprit.padEnd(7)],
    `${wronglyCleared ? 'GUILTY CLEARED ' : ''}${wronglyAccused ? 'HEALTHY ACCUSED ' : ''}${proven ? '' : one.expect === 'healthy' ? 'VICTIM HARMED' : 'VICTIM UNHARMED'}`,
  ];
  process.stdout.write(`${cells.join(' ')}\n    ${outcome.say}\n`);
};

const summary = (all: readonly Outcome[]): string => {
  const verdicts = all.map(verdictOf);
  const count = (test: (verdict: ReturnType<typeof verdictOf>) => boolean): number => verdicts.filter(test).length;
  const shown = count(({ right }) => right !== '');
  return `\nguilty cleared: ${String(count((each) => each.wronglyCleared))}, healthy accused: ${String(count((each) => each.wronglyAccused))}, right resource first: ${String(count(({ right }) => right === 'yes'))} of ${String(shown)} where /proc shows it, among the suspects: ${String(count(({ among }) => among))}, culprit named: ${String(count(({ culprit }) => culprit === 'yes'))} of ${String(count(({ culprit }) => culprit !== ''))}, victims as planted (harmed by faults only): ${String(count(({ proven }) => proven))} of ${String(all.length)}\n`;
};

/**
 * Plants faults and healthy loads on this machine, in cgroups, loop devices and a network namespace that it makes and
 * removes. Measures the latency of a victim without and with each of them, and prints the verdict of the first minute.
 * Run it on a machine that does nothing else. `--only NAME,NAME` runs some, `--seconds N` sets the window (15).
 */
export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string' }, seconds: { type: 'string', default: '15' } },
  });
  const why = whyNoBed();
  if (why !== undefined) {
    process.stdout.write(`minute: skipped, it ${why}\n`);
    return;
  }
  const wanted = values.only?.split(',');
  const dir = mkdtempSync(join(tmpdir(), 'fbf-minute-rec-'));
  process.env['FBF_RECORDINGS'] = dir;
  const bed = makeBed();
  const host = await connect('local:');
  const outcomes: Outcome[] = [];
  process.stdout.write(
    'fault, mechanism, victim p50/p99 without and with it, expected, first suspect, right, culprit named\n',
  );
  try {
    for (const one of cases.filter(({ name }) => wanted?.includes(name) ?? true)) {
      const outcome = await tryOne(bed, host, one, Number(values.seconds));
      outcomes.push(outcome);
      print(outcome);
    }
    process.stdout.write(summary(outcomes));
  } finally {
    await host.close();
    bed.close();
    rmSync(dir, { recursive: true, force: true });
  }
};
