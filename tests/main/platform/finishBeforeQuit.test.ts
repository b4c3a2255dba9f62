import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { finishBeforeQuit } from '../../../src/main/platform/finishBeforeQuit';
import { eventually } from '../../eventually';
import { SilentLog } from '../../fakes/SilentLog';

/** An app that has quit when nothing prevented its `before-quit`. */
class QuittingApp extends EventEmitter {
  hasQuit = false;
  quit() {
    let isPrevented = false;
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) });
    this.hasQuit = !isPrevented;
  }
}

it('the app quits after all steps, whatever became of them', async () => {
  const app = new QuittingApp();
  const log = new SilentLog();
  const order: string[] = [];
  const steps = [
    () => Promise.reject(new Error('the disk is gone')),
    () => {
      throw new Error('no hook');
    },
    async () => void order.push('last'),
  ];
  finishBeforeQuit({ app: app as never, log, steps });
  app.quit();
  app.quit();
  expect(app.hasQuit).toBe(false);
  await eventually(() => expect(app.hasQuit).toBe(true));
  expect(order).toEqual(['last']);
  expect(JSON.stringify(log)).toMatch(/the disk is gone.*no hook/);
});
