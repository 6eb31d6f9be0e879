import { ROOT } from '../../stacks/profile.ts';
import type { NamedFrame } from '../../stacks/fold-options.ts';
import type { StackTable } from '../../stacks/profile.ts';
import type { FrameBuilder, StackBuilder } from '../../stacks/table.ts';
import { flagsOf, frameOf } from './read-lines.ts';
import { decoded } from './decoded.ts';
import { NONE } from './script-text.ts';
import type { ScriptText } from './script-text.ts';

/** The stacks of a text as ids in a stack table. */
export interface ReadStacks {
  /** The stack of a sequence of stack lines; undefined if no line of it is a frame. */
  of(stack: number): number | undefined;
  /** The stack of the single frame on an event line. */
  single(frame: NamedFrame): number;
  table(): StackTable;
}

const NOT_READ = 0xff_ff_ff_fe;

/** Source lines of `-F +srcline` and other lines that are not frames are left out. */
export const readStacks = (script: ScriptText, frames: FrameBuilder, stacks: StackBuilder): ReadStacks => {
  const { bounds, lines } = script;
  const frame = framesOf(script, frames);
  const ids = new Uint32Array(script.stacks).fill(NOT_READ);
  const read = (stack: number): number => {
    let at = ROOT;
    for (let i = (bounds[stack + 1] ?? 0) - 1; i >= (bounds[stack] ?? 0); i--) {
      const each = frame[lines[i] ?? 0] ?? 0;
      if (each !== 0) at = stacks.push(at, each - 1);
    }
    return at;
  };
  return {
    of(stack) {
      let id = ids[stack] ?? NOT_READ;
      if (id === NOT_READ) id = ids[stack] = read(stack);
      return id === ROOT ? undefined : id;
    },
    single({ name, dso, pc }) {
      return stacks.push(ROOT, frames.frame(name, dso, flagsOf(name, dso), addressOf(pc)));
    },
    table: () => stacks.table(),
  };
};

/** The address at the start of a stack line; undefined if it has too many digits. */
const addressOf = (pc: string): bigint | undefined => (/^[0-9a-f]{1,16}$/i.test(pc) ? BigInt(`0x${pc}`) : undefined);

/** Per text: its frame + 1, or 0 if it is not a stack line. */
const framesOf = (script: ScriptText, frames: FrameBuilder): Uint32Array => {
  const { frameOf: placeOf, texts, frameName, frameDso } = script;
  const text = (id = 0): string => decoded(texts.text(id));
  const places = Uint32Array.from({ length: script.frames }, (_, place) => {
    const [name, dso] = [text(frameName[place]), text(frameDso[place])];
    return frames.frame(name, dso, flagsOf(name, dso)) + 1;
  });
  return placeOf.map((place, id) => {
    if (place === 0) return 0;
    if (place !== NONE) return places[place - 1] ?? 0;
    const found = frameOf(text(id));
    if (found === undefined) return 0;
    return frames.frame(found.name, found.dso, flagsOf(found.name, found.dso), addressOf(found.pc)) + 1;
  });
};
