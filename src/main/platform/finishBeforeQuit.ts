import type { App } from 'electron';
import type { Logger } from '../../shared/runtime';

type QuitParts = {
  app: Pick<App, 'on' | 'quit'>;
  log: Pick<Logger, 'error'>;
  /** Run one after another; a failed step does not stop the next ones. */
  steps: readonly (() => Promise<void>)[];
};

/** Delays quitting until all steps are done. The first request to quit starts them. A failed step is logged. */
export function finishBeforeQuit({ app, log, steps }: QuitParts): void {
  let hasBegun = false;
  let isFinished = false;
  const finish = async () => {
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        log.error('a step before quitting failed', { error: String(error) });
      }
    }
    isFinished = true;
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (isFinished) return;
    event.preventDefault();
    if (hasBegun) return;
    hasBegun = true;
    void finish();
  });
}
