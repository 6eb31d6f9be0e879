const REFUSAL = /try again/i;
const TAIL = 65_536;
/** No message is longer. */
const MESSAGE = 4096;
/** What may be the beginning of a message whose end has not arrived. */
const OPEN = /@(?:@(?:f(?:b(?:f(?:\.[^@]*@?)?)?)?)?)?$/;

/** Words of the supervisor on standard error (script.ts), apart from the text that the program writes there. */
export interface Listener {
  /** Takes standard error as it arrives. */
  readonly hear: (text: string) => void;
  readonly on: (name: string, listener: (words: readonly string[]) => void) => void;
  /** The last 64 KB of the program's text. */
  readonly said: () => string;
  /** Called when sudo asks again: the password was wrong, and sudo would wait for another one. */
  readonly refused: (listener: () => void) => void;
}

/** Separates the supervisor's words, which the program cannot print by chance, from the program's text. */
export const listener = (nonce: string, onText: (text: string) => void = () => undefined): Listener => {
  const pattern = new RegExp(`@@fbf\\.${nonce} ([a-z]+)((?: [^ @]+)*)@@`, 'g');
  const waiting = new Map<string, (words: readonly string[]) => void>();
  let open = '';
  let said = '';
  let onRefusal = (): void => undefined;
  return {
    hear(text) {
      const plain = (open + text).replace(pattern, (_all, name: string, words: string) => {
        waiting.get(name)?.(words.trim().split(' '));
        return '';
      });
      open = OPEN.exec(plain.slice(-MESSAGE))?.[0] ?? '';
      const whole = plain.slice(0, plain.length - open.length);
      if (whole === '') return;
      said = (said + whole).slice(-TAIL);
      if (REFUSAL.test(said)) onRefusal();
      onText(whole);
    },
    on: (name, heard) => void waiting.set(name, heard),
    said: () => said + open,
    refused: (refused) => void (onRefusal = refused),
  };
};
