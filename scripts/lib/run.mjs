import { spawn } from 'node:child_process';
import os from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let stopSignal;
let tidiesUp = false;

/**
 * Runs a command with our terminal. A signal (Ctrl-C) is forwarded to the command, and ends this process once the
 * command has ended, because a user who stops one step does not want the next. After `tidyUpBeforeStop` the caller
 * handles that.
 * @returns its exit code; 1 when a signal ended it, 127 when it could not be started.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const relay = (signal) => {
      stopSignal ??= signal;
      child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, relay);
    const finish = (code) => {
      for (const signal of SIGNALS) process.off(signal, relay);
      // A command that exits cleanly on request, such as a server, has not failed.
      if (stopSignal && !tidiesUp) process.exit(code === 0 ? 0 : stopCode());
      resolve(code);
    };
    child.on('error', () => finish(127));
    child.on('exit', (code) => finish(code ?? 1));
  });
}

/**
 * From now on a signal does not end this process, so that it can stop its children: check `stopCode` after each step.
 */
export function tidyUpBeforeStop() {
  tidiesUp = true;
  for (const signal of SIGNALS) process.on(signal, () => (stopSignal ??= signal));
}

/** The exit code after a signal, as in shells; undefined before. */
export function stopCode() {
  return stopSignal && 128 + os.constants.signals[stopSignal];
}
