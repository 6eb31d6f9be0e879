import { createSpill, type Spill } from './spill.ts';

export type StreamName = 'stdout' | 'stderr';

/** What one cell prints, as it goes to the front ends. */
export interface CellOutput {
  write(name: StreamName, text: string): void;
  /** Sends what waits: called before any other message of the cell. */
  flush(): void;
  /** The cell is done: the end of what was not shown, and where all of it is. */
  end(): void;
}

/** Characters of one cell that are shown; what comes after goes to a file. */
const SHOWN = 1_000_000;
/** jupyter_server drops what passes 1 MB/s over 3 s (iopub_data_rate_limit), so all cells together stay below. */
const RATE = 600_000;
const BURST = 2_000_000;
/** Messages that a cell may send at once; after them text is gathered for WINDOW ms (jupyter_server: 1000 messages/s). */
const PROMPT_MESSAGES = 50;
const WINDOW = 40;

/** Characters that may be sent now, by the clock. */
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
    `\n[${size(spill.written)} printed, ${size(spill.hidden)} of it not shown here; everything is in ${spill.file}]`,
    spill.lost > 0 ? `[${size(spill.lost)} could not be kept: ${spill.reason}]` : '',
    '[it ends with:]\n',
  ]
    .filter(Boolean)
    .join('\n');

/** Gathers, throttles and counts what cells print; `publish` sends one stream message under the cell. */
export const createOutputs = (folder: () => string) => {
  const allowed = createAllowance();
  return (name: string, publish: (stream: StreamName, text: string) => void): CellOutput => {
    let waiting: { name: StreamName; text: string }[] = [];
    let head: string[] = [];
    let shown = 0;
    let messages = 0;
    let spill: Spill | undefined;
    let ended = false;
    let scheduled = false;

    const start = (): Spill => {
      const started = createSpill(folder(), name, head);
      head = [];
      publish('stderr', `\n[more than can be shown here: the rest of this output goes to ${started.file}]\n`);
      return started;
    };
    const emit = (stream: StreamName, text: string): void => {
      if (!spill && shown + text.length <= SHOWN && allowed(text.length)) {
        shown += text.length;
        messages++;
        if (!ended) head.push(text);
        publish(stream, text);
        return;
      }
      spill ??= start();
      spill.write(text);
    };
    const flush = (): void => {
      const texts = waiting;
      waiting = [];
      for (const { name: stream, text } of texts) emit(stream, text);
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
    const write = (stream: StreamName, text: string): void => {
      const last = waiting.at(-1);
      if (last?.name === stream) last.text += text;
      else waiting.push({ name: stream, text });
      if ((waiting.at(-1)?.text.length ?? 0) > 65_536) flush();
      else schedule();
    };
    const end = (): void => {
      flush();
      head = [];
      if (spill && !ended) {
        publish('stderr', closing(spill));
        publish('stdout', spill.tail());
      }
      ended = true;
    };
    return { write, flush, end };
  };
};
