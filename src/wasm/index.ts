export { arena, count, frames, intern, hashed, lengths, startTexts, starts } from './texts';
export { add, bounds, lines, stacked, stacks } from './stacks';
export {
  asFrame, commentCount, comments, cpus, cut, ended, ends, flags, frameBinaries, frameCount, frameNames, heads, nanos,
  periods, records, scanned, seconds, space, startScript, tails,
} from './script';
export { emit, fold, foldSpace, order, out, startFold } from './fold';
export {
  startTrace, traceBase, traceColumn, traceEvent, traceField, traceGather, traceId, traceOtherCount, traceOthers, tracePlace, traceRoom,
  traceRows, traceSpace, traceTextNumbers, traceTexts, traceWalk,
} from './trace';
