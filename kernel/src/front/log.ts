import { appendFileSync } from 'node:fs';

/** Appends to the file that FBF_KERNEL_LOG names; does nothing if it is not set. A cell never sees the log. */
export const createLog = (file = process.env['FBF_KERNEL_LOG']): ((line: string) => void) => {
  if (file === undefined || file === '') return () => undefined;
  return (line) => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${process.pid} ${line}\n`, { mode: 0o600 });
    } catch {
      // A log that cannot be written must not end the kernel.
    }
  };
};
