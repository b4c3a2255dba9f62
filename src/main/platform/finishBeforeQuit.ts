import type { App } from 'electron';
import type { Logger } from '../../shared/runtime';

type QuitParts = {
  app: Pick<App, 'on' | 'quit'>;
  log: Pick<Logger, 'error'>;
  /** Run one after another, each whatever became of the one before it. */
  steps: readonly (() => Promise<void>)[];
};

/** Holds requests to quit until the steps, begun by the first of them, are done. A step that fails is logged. */
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
