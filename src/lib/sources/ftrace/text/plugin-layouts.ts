import type { Cell } from '../../formats/cells.ts';

/** 'swapper/0:0 [120]' */
const THREAD = String.raw`(.*):(\d+) \[(-?\d+)\]`;

interface Layout {
  readonly event: RegExp;
  readonly message: RegExp;
  readonly names: readonly string[];
}

/** How the plugins of libtraceevent print these events, in `trace-cmd report`, without names of fields. */
const layouts: readonly Layout[] = [
  {
    event: /^sched_switch$/,
    message: new RegExp(`^${THREAD} (\\S+) ==> ${THREAD}$`, 's'),
    names: ['prev_comm', 'prev_pid', 'prev_prio', 'prev_state', 'next_comm', 'next_pid', 'next_prio'],
  },
  {
    event: /^sched_wak(?:eup|eup_new|ing)$/,
    message: new RegExp(`^${THREAD}(?: success=\\d+| <CANT FAIL>)* CPU:(\\d+)$`, 's'),
    names: ['comm', 'pid', 'prio', 'target_cpu'],
  },
];

const fromLatin1 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

/** The values of such a message by the kernel's names of the fields; none if it has another layout. */
export const pluginValues = (event: string, message: string): readonly (readonly [string, Cell])[] => {
  const layout = layouts.find((each) => each.event.test(event));
  const [, ...values] = layout?.message.exec(message) ?? [];
  return values.map((value, i) => {
    const name = layout?.names[i] ?? '';
    return [name, /comm|state/.test(name) ? fromLatin1(value) : Number(value)] as const;
  });
};
