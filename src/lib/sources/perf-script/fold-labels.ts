import { internNames } from '../../stacks/intern.ts';
import { NO_LABEL, SEVERAL } from '../../stacks/fold-plan.ts';
import type { NamedFrame } from '../../stacks/fold-options.ts';
import type { ScriptText } from './script-text.ts';
import { NONE } from './script-text.ts';

/** How a program names frames. Strings have one character per byte. */
export interface FrameReading {
  readonly names: (frame: NamedFrame, java: boolean) => readonly string[];
  /** Parses a stack line that is read whole; undefined if the program ignores it. */
  readonly frame: (line: string) => NamedFrame | undefined;
}

/** Labels of frames and first frames, numbered from 1. */
export interface Labels {
  readonly list: readonly string[];
  readonly several: readonly (readonly number[])[];
  label(name: string): number;
  /** Label codes of each text that is a stack line, by text. */
  ofTexts(script: ScriptText, java: boolean): Uint32Array;
  /** Whether a text that is a stack line has any label. */
  says(script: ScriptText, text: number): boolean;
}

/** Names that every program keeps, except for what it appends. */
const PLAIN = /^[\w.@:~$+*,&=!/ -]+$/;

export const labelsOf = (reading: FrameReading, annotates: boolean): Labels => {
  const names = internNames();
  const several: number[][] = [];
  const codeOf = (found: readonly string[]): number => {
    if (found.length === 0) return NO_LABEL;
    if (found.length === 1) return names.code(found[0] ?? '') + 1;
    return SEVERAL + several.push(found.map((name) => names.code(name) + 1)) - 1;
  };
  const ofFrame = (script: ScriptText, place: number, java: boolean): number => {
    const name = script.texts.text(script.frameName[place] ?? 0);
    if (!annotates && !java && isPlain(name)) return names.code(name) + 1;
    return codeOf(reading.names({ pc: '', name, dso: script.texts.text(script.frameDso[place] ?? 0) }, java));
  };
  const ofLine = (line: string, java: boolean): number => {
    const frame = reading.frame(line);
    return frame === undefined ? NO_LABEL : codeOf(reading.names(frame, java));
  };
  return {
    list: names.list,
    several,
    label: (name) => names.code(name) + 1,
    ofTexts(script, java) {
      const { frameOf, texts } = script;
      const frames = Uint32Array.from({ length: script.frames }, (_, place) => ofFrame(script, place, java));
      return frameOf.map((frame, text) => {
        if (frame === 0) return NO_LABEL;
        return frame === NONE ? ofLine(texts.text(text), java) : (frames[frame - 1] ?? NO_LABEL);
      });
    },
    says(script, text) {
      const frame = script.frameOf[text] ?? NONE;
      return frame !== NONE && frame !== 0 ? true : ofLine(script.texts.text(text), false) !== NO_LABEL;
    },
  };
};

/** Whether a name has no arrow, no parenthesis, no quote and no Rust hash at its end. */
const isPlain = (name: string): boolean => PLAIN.test(name) && !/h[0-9a-fA-F]{16}$/.test(name);
