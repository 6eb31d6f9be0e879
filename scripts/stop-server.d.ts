import type { ChildProcess } from 'node:child_process';

/** A function that ends a server: by SIGTERM, and after `grace` milliseconds by killing its process group. */
export declare const stopper: (
  server: ChildProcess,
  options?: { readonly grace?: number; readonly say?: (line: string) => void },
) => () => void;
