import { spawn } from 'node:child_process';

/**
 * Runs a command with our terminal.
 * @returns its exit code; 1 when a signal ended it, 127 when it could not be started.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const relay = (signal) => child.kill(signal);
    process.on('SIGINT', relay).on('SIGTERM', relay);
    const finish = (code) => {
      process.off('SIGINT', relay).off('SIGTERM', relay);
      resolve(code);
    };
    child.on('error', () => finish(127));
    child.on('exit', (code) => finish(code ?? 1));
  });
}
