/** Chromium's errors when a page, a window or Chromium itself went away during a request. */
const departures =
  /Session with given id not found|Chromium (exited|closed its pipe)|Target (closed|crashed)|navigated or closed|Cannot find (default )?(execution )?context|Invalid InterceptionId|No target with given id|No web contents|Execution context was destroyed|Browser window not found/i;

/** Runs work without awaiting it: ignores errors caused by a departure and reports any other failure. */
export function inBackground(work: Promise<unknown>): void {
  work.catch((error: Error) => {
    if (!departures.test(error.message)) process.stderr.write(`Chromium shell: ${error.message}\n`);
  });
}
