import { flag, type Out, type Request, text } from './requests.ts';

type Answer = (value: string | undefined) => void;

interface Ask {
  readonly request: Request;
  readonly text: string;
  readonly password: boolean;
  readonly answer: Answer;
}

/** Asks one question at a time; the answer goes only to the cell that asked. */
export const createStdin = (out: Out) => {
  const waiting: Ask[] = [];
  const pose = (): void => {
    const first = waiting[0];
    if (first)
      out.send({ ...first.request, channel: 'stdin' }, 'input_request', {
        prompt: first.text,
        password: first.password,
      });
  };
  const next = (value: string | undefined): void => {
    const first = waiting.shift();
    first?.answer(value);
    pose();
  };
  return {
    /** Answers undefined at once if the client said that it cannot ask (allow_stdin: false). */
    ask: (
      request: Request | undefined,
      { text, password }: { text: string; password: boolean },
      answer: Answer,
    ): void => {
      if (!request || !flag(request, 'allow_stdin', false)) {
        answer(undefined);
        return;
      }
      waiting.push({ request, text, password, answer });
      if (waiting.length === 1) pose();
    },
    /** Passes an input_reply on. */
    reply: (message: Request): void => {
      next(text(message, 'value'));
    },
    /** Forgets the questions of cells that were stopped. */
    cancel: (): void => {
      for (const { answer } of waiting.splice(0)) answer(undefined);
    },
  };
};

export type Stdin = ReturnType<typeof createStdin>;
