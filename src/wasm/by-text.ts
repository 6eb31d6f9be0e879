// Tables indexed by the number of a text.
import { grown } from './room';

/** Cells of equal width; a cell that was not yet written is zero. */
@unmanaged
export class ByText {
  cells: usize;
  room: u32;
  width: u32;
}

export function newByText(width: u32): ByText {
  const known = changetype<ByText>(grown(0, 0, offsetof<ByText>()));
  known.width = width;
  return known;
}

/** The address of a text's cell. */
// @ts-ignore: decorator
@inline
export function cellOf(known: ByText, text: u32): usize {
  if (text >= known.room) widen(known, text);
  return known.cells + (<usize>text) * (<usize>known.width);
}

function widen(known: ByText, text: u32): void {
  let to: u32 = known.room ? known.room : 1024;
  while (to <= text) to *= 2;
  known.cells = grown(known.cells, (<usize>known.room) * known.width, (<usize>to) * known.width);
  known.room = to;
}
