import { spawn } from 'node:child_process';
import os from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let stopSignal;
let tidiesUp = false;

/**
 * Runs a command with our terminal. A signal (Ctrl-C) goes to the command, and ends this process once the command has
 * ended: nobody who stops one step wants the next. After `tidyUpBeforeStop` the caller sees to that.
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
      // One that ends well when asked to, such as a server, has not failed.
      if (stopSignal && !tidiesUp) process.exit(code === 0 ? 0 : stopCode());
      resolve(code);
    };
    child.on('error', () => finish(127));
    child.on('exit', (code) => finish(code ?? 1));
  });
}

/** From now on a signal leaves this process running, so that it can stop what it started: ask `stopCode` after each step. */
export function tidyUpBeforeStop() {
  tidiesUp = true;
  for (const signal of SIGNALS) process.on(signal, () => (stopSignal ??= signal));
}

/** The exit code to end with once a signal asked us to stop, as shells give it; undefined until then. */
export function stopCode() {
  return stopSignal && 128 + os.constants.signals[stopSignal];
}
