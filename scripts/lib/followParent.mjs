const LOOK_MS = 500;

/**
 * Sends this process SIGTERM when its parent has exited: a signal to `npm start` reaches only npm and its shell, which
 * exit without forwarding it. Windows does not report the parent's exit.
 */
export function followParent() {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  look.unref();
}
