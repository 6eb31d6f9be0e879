// Rows of samples, in columns that grow.
import { retake } from './room';

const START: u32 = 1 << 14;

export let rows: u32 = 0;
let room: u32 = 0;
/** f64 columns. */
let times: usize = 0;
let periods: usize = 0;
/** u32 columns. */
let cpus: usize = 0;
let pids: usize = 0;
let tids: usize = 0;
let comms: usize = 0;
let events: usize = 0;
let stacks: usize = 0;
/** u8 columns. */
let lacking: usize = 0;

function widen(to: u32): void {
  times = retake(times, (<usize>to) * 8);
  periods = retake(periods, (<usize>to) * 8);
  cpus = retake(cpus, (<usize>to) * 4);
  pids = retake(pids, (<usize>to) * 4);
  tids = retake(tids, (<usize>to) * 4);
  comms = retake(comms, (<usize>to) * 4);
  events = retake(events, (<usize>to) * 4);
  stacks = retake(stacks, (<usize>to) * 4);
  lacking = retake(lacking, (<usize>to) * 1);
  room = to;
}

// @ts-ignore: decorator
@inline
export function addRow(
  time: f64, cpu: u32, pid: u32, tid: u32, comm: u32, event: u32, period: f64, stack: u32, lacks: u32,
): void {
  if (rows == room) widen(room ? room * 2 : START);
  const row = <usize>rows;
  store<f64>(times + (row << 3), time);
  store<f64>(periods + (row << 3), period);
  store<u32>(cpus + (row << 2), cpu);
  store<u32>(pids + (row << 2), pid);
  store<u32>(tids + (row << 2), tid);
  store<u32>(comms + (row << 2), comm);
  store<u32>(events + (row << 2), event);
  store<u32>(stacks + (row << 2), stack);
  store<u8>(lacking + row, <u8>lacks);
  rows++;
}

/** The address of a column; columns are numbered in the order of addRow's parameters. */
export function rowColumn(column: u32): usize {
  if (column == 0) return times;
  if (column == 1) return cpus;
  if (column == 2) return pids;
  if (column == 3) return tids;
  if (column == 4) return comms;
  if (column == 5) return events;
  if (column == 6) return periods;
  if (column == 7) return stacks;
  return lacking;
}
