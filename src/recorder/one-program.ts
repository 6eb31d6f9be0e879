import type { ProgramFact } from '../lib/recording/format.ts';
import type { ProgramWriter, RecordingWriter } from '../lib/recording/recording.ts';
import type { Ended } from '../lib/supervisor/supervise.ts';
import { lastWords, type Attached } from './attach.ts';
import { clauseOf, programEnd } from './cause.ts';
import { meter, type ProgramLimits } from './meter.ts';

/** One program of a recording that is attached on the host. */
export interface Running {
  readonly name: string;
  readonly attached: Attached;
  /** The facts about it so far. `began`: second 0 of the recording on performance.now(). */
  fact(began: number): ProgramFact;
  /** Writes its output to the recording, as it came and as it comes. */
  record(writer: RecordingWriter, began: number): void;
  /** Asks it to stop; its last output still arrives. */
  stop(): void;
  /** Asks it to stop and waits for its last output. */
  finish(): Promise<void>;
}

/** Milliseconds beyond its grace after which a program's channel is dropped. */
const PATIENCE = 10_000;

/** The facts about a program that runs. */
const soFar = ({ program, supervised, output, refused, calibration, at }: Attached, began: number): ProgramFact => {
  const { cpu, memory } = supervised.cost();
  const said = { refused, ...(calibration === undefined ? {} : { calibration }) };
  return { program, status: 'running', ...said, began: (at - began) / 1000, bytes: output.size(), cpu, memory };
};

/** The facts about a program that has ended. */
const atEnd = (
  attached: Attached,
  ended: Ended,
  { began, asked, stderr, failure }: { began: number; asked: boolean; stderr: string; failure: unknown },
): ProgramFact => ({
  ...soFar(attached, began),
  cpu: ended.cost.cpu,
  memory: ended.cost.memory,
  ended: (performance.now() - began) / 1000,
  ...(ended.status === undefined ? {} : { exit: ended.status }),
  ...(ended.why === 'stopped' ? { stopped: true } : {}),
  ...(failure === undefined
    ? programEnd(ended, { asked, said: lastWords(stderr) })
    : { status: 'cut', why: clauseOf(failure) }),
});

const tooMuch = (maxBytes: number): string =>
  `it was stopped at ${String(maxBytes / 1e6)} MB of output (maxBytes), the rest is left out`;

/** Writes all its output, with the times of its arrival if it is the caller's own; gives why this ended early. */
const write = async ({ output, supervised, own }: Attached, files: ProgramWriter, began: number): Promise<unknown> => {
  const { maxBytes = Infinity } = own ?? {};
  let left = maxBytes;
  const keep = async (bytes: Uint8Array): Promise<void> => {
    if (left <= 0) return;
    if (own !== undefined) await files.arrive((performance.now() - began) / 1000);
    await files.append(bytes.subarray(0, left));
    if (bytes.length > left) supervised.stop();
    left -= bytes.length;
  };
  try {
    await output.into(keep);
    await output.ended;
    return left < 0 ? tooMuch(maxBytes) : undefined;
  } catch (error) {
    supervised.drop();
    return error;
  }
};

/** What a program may use, and who is told when it uses more. */
interface Limited {
  readonly limits: ProgramLimits;
  readonly onOver: (why: string) => void;
}

const WATCH = 1_000;

/** Calls `stop` once with the reason if the program uses more than it may; gives what ends that. */
const watch = ({ supervised, at }: Attached, limits: ProgramLimits, stop: (why: string) => void): (() => void) => {
  const { over } = meter(limits);
  const timer = setInterval(() => {
    const why = over((performance.now() - at) / 1000, supervised.cost());
    if (why === undefined) return;
    clearInterval(timer);
    stop(why);
  }, WATCH);
  return () => { clearInterval(timer); }; // prettier-ignore
};

/** An attached program, not yet written to a recording. */
export const running = (name: string, attached: Attached, { limits, onOver }: Limited): Running => {
  const { supervised, said, program } = attached;
  let asked = false;
  let over: Promise<void> = Promise.resolve();
  let excess: string | undefined;

  const follow = async (writer: RecordingWriter, began: number): Promise<void> => {
    const files = await writer.program(name);
    const unwatch = watch(attached, limits, (why) => {
      if (asked) return;
      excess = `it ${why}`;
      stop();
      onOver(`${program.tool} ${why}`);
    });
    const failure = await write(attached, files, began);
    const ended = await supervised.done;
    unwatch();
    const stderr = said();
    const fact = atEnd(attached, ended, { began, asked, stderr, failure: excess ?? failure });
    writer.update({ programs: { [name]: fact } });
    await files.say(stderr).catch(() => undefined);
    await files.close().catch(() => undefined);
  };
  const stop = (): void => {
    if (asked) return;
    asked = true;
    supervised.stop();
  };
  return {
    name,
    attached,
    fact: (began) => soFar(attached, began),
    record: (writer, began) => {
      over = follow(writer, began);
      over.catch(() => undefined);
    },
    stop,
    finish: async () => {
      stop();
      const timer = setTimeout(() => { supervised.drop(); }, program.grace * 1000 + PATIENCE); // prettier-ignore
      await over.finally(() => { clearTimeout(timer); }); // prettier-ignore
    },
  };
};
