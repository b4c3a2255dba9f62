/** Prints one line for the user on stderr, so that a command's stdout stays clean. */
export function say(text) {
  process.stderr.write(`[session-recorder] ${text}\n`);
}

/** Exits with a sentence instead of a stack trace. */
export function stopWith(text) {
  say(text);
  process.exit(1);
}
