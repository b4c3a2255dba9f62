import { app } from './app/app.ts';

/**
 * Being asked to leave is a quit, with its questions to the app: by a signal, or by the far end of the output going
 * away with whoever started the shell.
 */
export function quitWhenAsked(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      app.quit();
    });
  }
}
