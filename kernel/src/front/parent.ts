/** Milliseconds between two looks. */
const EVERY = 1000;

/**
 * Calls `gone` when the process that started this kernel is gone: Jupyter names itself in JPY_PARENT_PID, and a kernel
 * that outlives a killed server is nobody's, however busy its cell is. Kernels that nobody claims live on.
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
