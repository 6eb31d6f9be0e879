import { createSpill, type Spill } from './spill.ts';

export type StreamName = 'stdout' | 'stderr';

/** The text output of one cell on its way to the front ends. */
export interface CellOutput {
  write(name: StreamName, text: string): void;
  /** Sends text that is waiting: called before any other message of the cell. */
  flush(): void;
  /** The cell ended: if text was left out, prints its last lines and the file that holds all of it. */
  end(): void;
}

type Publish = (stream: StreamName, text: string) => void;

/** Characters of one cell that are shown; the rest goes to a file. */
const SHOWN = 1_000_000;
/** jupyter_server drops output above 1 MB/s over 3 s (iopub_data_rate_limit): all cells together stay below this. */
const RATE = 600_000;
const BURST = 2_000_000;
/** Messages that a cell sends without delay; later text is gathered for WINDOW ms (jupyter_server: 1000 messages/s). */
const PROMPT_MESSAGES = 50;
const WINDOW = 40;
const PIECE = 65_536;

/** Tells whether this many characters may be sent now without exceeding RATE. */
const createAllowance = () => {
  let left = BURST;
  let at = performance.now();
  return (wanted: number): boolean => {
    const now = performance.now();
    left = Math.min(BURST, left + ((now - at) / 1000) * RATE);
    at = now;
    if (wanted > left) return false;
    left -= wanted;
    return true;
  };
};

const size = (characters: number): string =>
  characters < 10_000 ? `${characters} characters` : `${(characters / 1e6).toFixed(2)} MB`;

const closing = (spill: Spill): string =>
  [
    `\n[${size(spill.written)} printed, ${size(spill.hidden)} of it not shown; the whole output is in ${spill.file}]`,
    spill.lost > 0 ? `[${size(spill.lost)} could not be written to the file: ${spill.reason}]` : '',
    '[its last lines:]\n',
  ]
    .filter(Boolean)
    .join('\n');

/** Shows text until there is too much of it; then writes the whole output to a file. */
const createGate = (
  publish: Publish,
  allowed: (wanted: number) => boolean,
  open: (head: readonly string[]) => Spill,
) => {
  let head: string[] = [];
  let shown = 0;
  let spill: Spill | undefined;
  let ended = false;
  const start = (): Spill => {
    const started = open(head);
    head = [];
    publish('stderr', `\n[too much to show: the rest of this output goes to ${started.file}]\n`);
    return started;
  };
  return {
    emit: (stream: StreamName, text: string): void => {
      if (!spill && shown + text.length <= SHOWN && allowed(text.length)) {
        shown += text.length;
        if (!ended) head.push(text);
        publish(stream, text);
      } else (spill ??= start()).write(text);
    },
    end: (): void => {
      head = [];
      if (spill && !ended) {
        publish('stderr', closing(spill));
        publish('stdout', spill.tail());
      }
      ended = true;
    },
  };
};

/** Joins texts that come in quick succession, to send fewer messages. */
const createGather = (emit: Publish) => {
  let waiting: { name: StreamName; text: string }[] = [];
  let messages = 0;
  let scheduled = false;
  const flush = (): void => {
    const texts = waiting;
    waiting = [];
    messages += texts.length;
    for (const { name, text } of texts) emit(name, text);
  };
  const later = (): void => {
    scheduled = false;
    flush();
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    if (messages < PROMPT_MESSAGES) setImmediate(later);
    else setTimeout(later, WINDOW);
  };
  const write = (name: StreamName, text: string): void => {
    const last = waiting.at(-1);
    if (last?.name === name) last.text += text;
    else waiting.push({ name, text });
    if ((waiting.at(-1)?.text.length ?? 0) > PIECE) flush();
    else schedule();
  };
  return { write, flush };
};

/** Gathers, limits and counts what cells print; `publish` sends one stream message under the cell. */
export const createOutputs = (folder: () => string) => {
  const allowed = createAllowance();
  return (name: string, publish: Publish): CellOutput => {
    const gate = createGate(publish, allowed, (head) => createSpill(folder(), name, head));
    const { write, flush } = createGather(gate.emit);
    return {
      write,
      flush,
      end: () => {
        flush();
        gate.end();
      },
    };
  };
};
