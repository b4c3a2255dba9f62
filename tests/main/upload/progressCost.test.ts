import { expect, onTestFinished, test } from 'vitest';
import { ConnectivityMonitor } from '../../../src/main/upload/connectivityMonitor';
import { SignInWatch } from '../../../src/main/upload/signInWatch';
import type { QueueChange } from '../../../src/main/uploadQueue';
import { FakeClock } from '../../fakes/FakeClock';
import { quietLog, SESSION } from './support';

/** A queue that counts how often somebody goes through all its items. */
function countingQueue() {
  const listeners: ((change: QueueChange) => void)[] = [];
  const queue = {
    looks: 0,
    subscribe: (listener: (change: QueueChange) => void) => {
      listeners.push(listener);
      return () => true;
    },
    snapshot: () => {
      queue.looks += 1;
      return [];
    },
    retry: async () => undefined,
    onWake: () => undefined,
  };
  const tell = (change: Omit<QueueChange, 'sessionId'>) => {
    for (const listener of listeners) listener({ sessionId: SESSION, ...change });
  };
  return { queue, tell };
}

test('what is sent makes nobody go through the list of uploads; a change of state does', () => {
  const { queue, tell } = countingQueue();
  const clock = new FakeClock();
  const watches = [
    new ConnectivityMonitor({
      queue,
      clock,
      log: quietLog,
      loadConfig: async () => null,
      reach: async () => true,
    }),
    new SignInWatch({ queue, clock, log: quietLog, signInStamp: async () => '' }),
  ];
  onTestFinished(() => watches.forEach((watch) => watch.close()));
  for (let slice = 0; slice < 1000; slice++) tell({ from: 'uploading', to: 'uploading', bytesOnly: true });
  expect(queue.looks).toBe(0);
  tell({ from: 'uploading', to: 'pending' });
  expect(queue.looks).toBeGreaterThan(0);
});
