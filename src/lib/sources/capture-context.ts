import type { StackContext } from '../stacks/addresses/process-stacks.ts';

/** What is known of the recording in which a program ran. */
export interface CaptureContext extends StackContext {
  /** CLOCK_MONOTONIC at the recording's start, in seconds. */
  readonly start: number;
}
