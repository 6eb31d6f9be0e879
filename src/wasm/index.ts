export { arena, count, frames, intern, hashed, lengths, startTexts, starts } from './texts';
export { add, bounds, lines, stacked, stacks } from './stacks';
export { commentCount, comments, cut, ended, scanned, space, startScript } from './script';
export { asFrame, frameBinaries, frameCount, frameNames } from './script-frames';
export { cpus, ends, flags, heads, nanos, periods, records, seconds, tails } from './script-records';
export {
  foldedCounts, foldedCut, foldedLines, foldedRows, foldedSpace, foldedStacks, foldedTree, startFolded,
} from './folded';
export { orderPart, takeElements } from './sequence-order';
export { placeElements, touched, treeDepths, treeItems, treeNodes, treeParents } from './sequence-tree';
export { emit, fold, foldSpace, order, out, startFold } from './fold';
export { eventId, startIds } from './event-ids';
export {
  startTrace, traceColumn, traceEvent, traceField, traceRoom, traceRows, traceTextNumbers, traceTexts,
} from './trace-programs';
export { traceBase, traceGather, traceOtherCount, traceOthers, tracePlace, traceSpace, traceWalk } from './trace';
export {
  ftraceBase, ftraceDamaged, ftraceEvent, ftraceMissed, ftracePages, ftraceUncounted, ftraceUnknown, startFtrace,
} from './ftrace';
export { nodeCount, nodeParents, nodePlaces, placeAddresses, placeCount, placeDsos } from './address-stacks';
export { moved, nameNodes, namedDepths, namedFrames, namedParents } from './named-stacks';
export { rowColumn, rows } from './profile-rows';
export {
  damaged, profileBase, profileEnd, profileOrdered, profilePlace, profileSealed, profileWalk, recordCounts, startProfile,
} from './profile-walk';
export { profileEvent, profileSamples } from './profile-shapes';
export { nameOfThread as threadName } from './processes';
export { overflowed, profileBlock } from './blocks';
