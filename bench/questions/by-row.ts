import type { Table } from '../../src/lib/columns/column.ts';
import { growTable } from '../../src/lib/columns/grow.ts';
import { processActivity, STAT } from '../../src/lib/questions/process-activity.ts';
import type { Reading } from '../../src/lib/questions/question.ts';
import { plus, processLabel } from '../../src/lib/questions/values.ts';

type Sources = Reading<'proc.pid.stat' | 'proc.pid.schedstat' | 'proc.pid.io'>;

interface Process {
  readonly t: number | undefined;
  readonly pid: number | undefined;
  readonly started: number | undefined;
}

const keyOf = ({ pid, started }: Process): string => `${String(pid)} ${String(started)}`;

/** The row of the same process that is nearest in time. */
const beside = <Row extends Process>(rows: Iterable<Row>): ((row: Process) => Row | undefined) => {
  const groups = Map.groupBy(rows, keyOf);
  const at = new Map<string, number>();
  return (row) => {
    const key = keyOf(row);
    const [own, t] = [groups.get(key) ?? [], row.t ?? NaN];
    const gap = (i: number): number => Math.abs((own[i]?.t ?? Infinity) - t);
    let i = at.get(key) ?? 0;
    while (i + 1 < own.length && gap(i + 1) <= gap(i)) i++;
    at.set(key, i);
    return gap(i) <= 2 ? own[i] : undefined;
  };
};

function* rowsOf({ rows, rates }: Sources) {
  const names = new Map(Array.from(rows('proc.pid.stat', ['name']), (row) => [keyOf(row), row.name]));
  const scheduled = beside(rates('proc.pid.schedstat', ['wait', 'slices']));
  const io = beside(rates('proc.pid.io', ['read_bytes', 'write_bytes']));
  for (const row of rates('proc.pid.stat', STAT)) {
    const [ran, moved] = [scheduled(row), io(row)];
    yield {
      t: row.t,
      seconds: row.seconds,
      pid: row.pid,
      started: row.started,
      process: processLabel(names.get(keyOf(row)) ?? row.name, row.pid),
      name: row.name,
      ppid: row.ppid,
      state: row.state,
      user: row.utime,
      system: row.stime,
      cpu: plus(row.utime, row.stime),
      childCpu: plus(row.cutime, row.cstime),
      wait: ran?.wait,
      slices: ran?.slices,
      read: moved?.read_bytes,
      written: moved?.write_bytes,
      majorFaults: row.majflt,
      resident: row.rss,
      nice: row.nice,
      policy: row.policy,
      threads: row.num_threads,
      onCpu: row.processor,
    };
  }
}

/** process-activity as a row generator answers it: columns to row objects to columns. */
export const byRow = (reading: Reading): Table => {
  const grower = growTable(processActivity.columns);
  for (const row of rowsOf(reading)) grower.push(row);
  return grower.table();
};
