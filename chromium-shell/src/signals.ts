import { app } from './app/app.ts';

/**
 * Quits, after asking the app, at the first signal, or when the reader of the output closes it. Electron handles each
 * signal once: a second one of the same name kills, and the first one of another name does nothing.
 */
export function quitWhenAsked(): void {
  let isAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      if (!isAsked) app.quit();
      isAsked = true;
    });
  }
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      app.quit();
    });
  }
}
