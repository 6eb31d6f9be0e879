import type { ByteSource } from '../../stacks/peek.ts';
import { linesOf } from '../../stacks/text-lines.ts';

/** One object of `bpftrace -f json`: https://github.com/bpftrace/bpftrace/blob/master/src/output.cpp */
export interface BpftraceObject {
  readonly type: string;
  readonly data: unknown;
}

/** Objects one after the other, each on a line or spread over several. What cannot be read is left out. */
export const objectsOf = async function* (source: ByteSource): AsyncGenerator<BpftraceObject> {
  let open: string[] = [];
  let depth = 0;
  let length = 0;
  for await (const line of linesOf(source, LONGEST)) {
    if (/^\{\s*"type"/.test(line) || length > LONGEST) [open, depth, length] = [[], 0, 0];
    if (open.length === 0 && !line.startsWith('{')) continue;
    open.push(line);
    length += line.length;
    depth += opened(line);
    if (depth > 0) continue;
    const found = parsed(open.join('\n'));
    [open, depth, length] = [[], 0, 0];
    if (found !== undefined) yield found;
  }
};

/** An object that does not end is given up at this length. */
const LONGEST = 64 << 20;

/** Brackets opened less those closed; JSON's strings never span lines. */
const opened = (line: string): number => {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '\\') i++;
    else if (c === '"') inString = !inString;
    else if (!inString && (c === '{' || c === '[')) depth++;
    else if (!inString && (c === '}' || c === ']')) depth--;
  }
  return depth;
};

const parsed = (text: string): BpftraceObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
      return undefined;
    return { type: value.type, data: 'data' in value ? value.data : undefined };
  } catch {
    return undefined;
  }
};
