// Where the fields of each event's samples lie; TypeScript sets it.
import { grown } from './room';

/**
 * Offsets of fields in samples of an event (-1: absent), and of the time in its other records, counted from their end.
 */
@unmanaged
export class Shape {
  time: i32;
  cpu: i32;
  tid: i32;
  period: i32;
  ip: i32;
  rest: u32;
  callchain: u32;
  timeFromEnd: i32;
  /** The weight of a sample that has no period. */
  each: f64;
  samples: u32;
}

const MOST_EVENTS: usize = 1024;
let shapes: usize = 0;

export function startShapes(): void {
  shapes = grown(0, 0, MOST_EVENTS * 4);
}

/** The shape of an event; null if TypeScript set none. */
// @ts-ignore: decorator
@inline
export function shapeOf(event: u32): Shape {
  return changetype<Shape>(<usize>load<u32>(shapes + ((<usize>event) << 2)));
}

export function profileEvent(
  event: u32, time: i32, cpu: i32, tid: i32, period: i32, ip: i32, rest: u32, callchain: u32, timeFromEnd: i32, each: f64,
): void {
  let shape = shapeOf(event);
  if (!changetype<usize>(shape)) shape = changetype<Shape>(grown(0, 0, offsetof<Shape>()));
  shape.time = time;
  shape.cpu = cpu;
  shape.tid = tid;
  shape.period = period;
  shape.ip = ip;
  shape.rest = rest;
  shape.callchain = callchain;
  shape.timeFromEnd = timeFromEnd;
  shape.each = each;
  store<u32>(shapes + ((<usize>event) << 2), <u32>changetype<usize>(shape));
}

export function profileSamples(event: u32): u32 {
  const shape = shapeOf(event);
  return changetype<usize>(shape) ? shape.samples : 0;
}
