const LOOK_MS = 500;

/**
 * Takes the end of whoever started this process for a request to end, as SIGTERM is: of `npm start` a signal reaches npm
 * and its shell only, which die and pass none on. Windows does not tell.
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
