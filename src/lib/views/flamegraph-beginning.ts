/** Entry functions of threads: they are in most stacks and explain nothing. */
export const BEGINNING =
  /^(_start|main|_*libc_start.*|(__GI_+)?_*clone3?|start_thread|thread_start|runtime\.goexit.*)$/;
