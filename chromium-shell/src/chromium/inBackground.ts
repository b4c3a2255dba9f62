/** What Chromium answers when a page, a window or itself left while it was being asked. */
const departures =
  /Session with given id not found|Chromium (exited|closed its pipe)|Target (closed|crashed)|navigated or closed|Cannot find (default )?(execution )?context|Invalid InterceptionId|No target with given id|No web contents|Execution context was destroyed|Browser window not found/i;

/** Lets work go on that nobody waits for: a departure ends it quietly, any other failure is told. */
export function inBackground(work: Promise<unknown>): void {
  work.catch((error: Error) => {
    if (!departures.test(error.message)) process.stderr.write(`Chromium shell: ${error.message}\n`);
  });
}
