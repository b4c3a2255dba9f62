import { say } from './say.mjs';

/** npm forwards Ctrl-C although the terminal has sent it already: signals this close together are one press. */
const ONE_PRESS_MS = 500;
const WINDOWS_BREAK = process.platform === 'win32' ? ['SIGBREAK'] : [];

/**
 * Turns the signals of this process into requests to the app: the first one asks it to quit, a second Ctrl-C prints the
 * current state, and a third one ends the app.
 * @param ask called once, with the signal
 * @param end called with the third Ctrl-C
 */
export function quitOnSignals({ ask, end }) {
  let isAsked = false;
  let stage = 0;
  let lastPressMs = -Infinity;
  const askOnce = (signal) => {
    if (isAsked) return;
    isAsked = true;
    void ask(signal);
  };
  for (const signal of ['SIGTERM', 'SIGHUP', ...WINDOWS_BREAK]) process.on(signal, askOnce);
  process.on('SIGINT', () => {
    const nowMs = performance.now();
    const isSamePress = nowMs - lastPressMs < ONE_PRESS_MS;
    lastPressMs = nowMs;
    if (isSamePress) return;
    stage = isAsked ? Math.max(stage + 1, 2) : 1;
    if (stage === 1) askOnce('SIGINT');
    else if (stage === 2)
      say(
        'Session Recorder finishes what it records and then quits. Ctrl-C once more ends it at once; the next start then repairs the recording.',
      );
    else end();
  });
}
