import { isValid, type ColumnData, type Numbers, type Table, type Validity } from '../../columns/column.ts';
import { ROOT, type Profile } from '../../stacks/profile.ts';
import { stackColumnOrAbsent } from '../../stacks/stack-names.ts';
import { numbers } from './numbers.ts';
import { stateName, type offCpuColumns } from './off-cpu-columns.ts';
import { MADE, type Intervals } from './switch-intervals.ts';

/** A column of values picked from other rows; absent where the row is below 0, or has no value (`from`). */
const picked = (size: number, rows: Int32Array, from?: Validity): { readonly valid?: Validity } => {
  const valid = new Uint8Array((size + 7) >> 3);
  let lacking = 0;
  for (let at = 0; at < size; at++)
    if ((rows[at] ?? -1) < 0 || !isValid(from, rows[at] ?? 0)) lacking++;
    else valid[at >> 3] = (valid[at >> 3] ?? 0) | (1 << (at & 7));
  return lacking === 0 ? {} : { valid };
};

const pickedNumbers = (size: number, rows: Int32Array, column: ColumnData | undefined): ColumnData => {
  const values = column?.kind === 'number' ? column.values : new Uint8Array(0);
  const out = new Int32Array(size);
  for (let at = 0; at < size; at++) out[at] = values[rows[at] ?? -1] ?? 0;
  return { kind: 'number', values: out, ...picked(size, rows, column?.valid) };
};

const pickedTexts = (size: number, rows: Int32Array, column: ColumnData | undefined): ColumnData => {
  if (column?.kind !== 'text')
    return { kind: 'text', codes: new Uint32Array(size), names: [], valid: new Uint8Array((size + 7) >> 3) };
  const codes = new Uint32Array(size);
  for (let at = 0; at < size; at++) codes[at] = column.codes[rows[at] ?? -1] ?? 0;
  return { kind: 'text', codes, names: column.names, ...picked(size, rows, column.valid) };
};

const RUNNABLE = stateName(0);

const states = ({ size, out }: Intervals, state: Numbers): ColumnData => {
  const names: string[] = [];
  const codes = new Uint32Array(size);
  const codeOf = new Map<number, number>();
  const rows = new Int32Array(size);
  for (let at = 0; at < size; at++) {
    const row = out[at] ?? -1;
    const bits = row < 0 ? 0 : (state[row] ?? 0) & 0xff;
    let code = codeOf.get(bits);
    if (code === undefined) {
      const name = row < 0 ? RUNNABLE : stateName(bits);
      const known = names.indexOf(name);
      code = known < 0 ? names.push(name) - 1 : known;
      codeOf.set(bits, code);
    }
    codes[at] = code;
    rows[at] = row === MADE ? 0 : row;
  }
  return { kind: 'text', codes, names, ...picked(size, rows) };
};

/** The columns of an off-CPU analysis. `stacks`: the stack of each switch, ROOT if none; `shift` is added to times. */
export const intervalColumns = (
  found: Intervals,
  given: {
    readonly switches: Table;
    readonly wakings: Table | undefined;
    readonly profile: Profile;
    readonly stacks: Uint32Array;
    readonly shift: number;
  },
): Record<keyof typeof offCpuColumns, ColumnData> => {
  const { size, t, seconds, thread, out, named, waking } = found;
  const { switches, wakings, profile, stacks, shift } = given;
  const ids = new Uint32Array(size);
  for (let at = 0; at < size; at++) ids[at] = stacks[out[at] ?? -1] ?? ROOT;
  const times = new Float64Array(size);
  for (let at = 0; at < size; at++) times[at] = (t[at] ?? 0) + shift;
  return {
    t: { kind: 'number', values: times },
    seconds: { kind: 'number', values: seconds },
    count: { kind: 'number', values: new Uint8Array(size).fill(1) },
    pid: pickedNumbers(size, named, switches.data['pid']),
    tid: { kind: 'number', values: thread },
    comm: pickedTexts(size, named, switches.data['comm']),
    state: states(found, numbers(switches, 'prev_state')),
    waker: pickedTexts(size, waking, wakings?.data['comm']),
    waker_tid: pickedNumbers(size, waking, wakings?.data['tid']),
    stack: stackColumnOrAbsent(profile, ids),
  };
};
