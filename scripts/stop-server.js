// Ends JupyterLab, which sometimes hangs at its exit: an idle AnyIO thread waits though the event loop has stopped.

/** How long JupyterLab may take to end its kernels and itself. */
const GRACE = 10_000;

/** Kills a process group; it may have ended in this moment. */
const killGroup = (leader) => {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

/**
 * A function that asks a server (spawned `detached`: it leads a process group) to end, and kills its process group if it has
 * not ended after `grace` milliseconds. It may be called several times.
 */
export const stopper = (server, { grace = GRACE, say = (line) => process.stderr.write(line) } = {}) => {
  let timer;
  server.once('exit', () => clearTimeout(timer));
  return () => {
    // kill() is false once it has ended: its group's number may belong to another program by then.
    if (!server.kill('SIGTERM')) return;
    timer ??= setTimeout(() => {
      say(`npm start: JupyterLab did not end within ${grace / 1000} s of SIGTERM, so its processes were killed.\n`);
      killGroup(server.pid);
    }, grace);
  };
};
