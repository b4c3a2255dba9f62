/** One line to the person at the terminal; stderr, so that a command's own output stays clean. */
export function say(text) {
  process.stderr.write(`[session-recorder] ${text}\n`);
}

/** Ends with a sentence instead of a stack trace. */
export function stopWith(text) {
  say(text);
  process.exit(1);
}
