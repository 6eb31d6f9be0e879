export { arena, count, frames, intern, hashed, lengths, startTexts, starts } from './texts';
export { add, bounds, lines, stacked, stacks } from './stacks';
export {
  asFrame, commentCount, comments, cpus, cut, ended, ends, flags, frameBinaries, frameCount, frameNames, heads, nanos,
  periods, records, scanned, seconds, space, startScript, tails,
} from './script';
export { emit, fold, foldSpace, order, out, startFold } from './fold';
export {
  startTrace, traceColumn, traceEvent, traceField, traceId, traceRoom, traceRows, traceTextNumbers, traceTexts,
} from './trace-programs';
export { traceBase, traceGather, traceOtherCount, traceOthers, tracePlace, traceSpace, traceWalk } from './trace';
