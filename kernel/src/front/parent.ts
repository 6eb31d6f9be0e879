/** Milliseconds between two checks. */
const EVERY = 1000;

/**
 * Calls `gone` when the Jupyter server that started this kernel has died: its pid is in JPY_PARENT_PID. Otherwise the
 * kernel, and a cell that is busy in it, would run forever. A kernel without that variable lives on.
 * See ipykernel's ParentPollerUnix.
 */
export const watchParent = (gone: () => void, parent = process.ppid): void => {
  if (process.env['JPY_PARENT_PID'] === undefined || parent <= 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, EVERY);
  timer.unref();
};
