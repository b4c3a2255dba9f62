const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const LOOK_MS = 500;
const parent = process.ppid;

/**
 * Ends an app when this process is asked to end, by a signal or because whoever started it is gone: of `npm start` a
 * signal reaches npm's shell only, which dies and passes none on. The app quits in its own time, so that what it records
 * is finished; whoever waits for its exit waits for that.
 */
export function endWithUs(app) {
  for (const signal of SIGNALS) process.on(signal, () => app.kill(signal));
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    app.kill('SIGTERM');
  }, LOOK_MS);
  app.once('exit', () => clearInterval(look));
}
