import { expect, test } from 'vitest';
import { AbortSender } from '../../../src/upload/queue/abortSender';
import { eventually } from '../../eventually';
import { FakeClock } from '../../fakes/FakeClock';
import { quietLog } from './support';

test('closing waits for a round that fails, and does not fail with it', async () => {
  const { promise: pending, reject } = Promise.withResolvers<never>();
  let hasBegun = false;
  const sender = new AbortSender({
    ...{ clock: new FakeClock(), log: quietLog },
    pending: () => {
      hasBegun = true;
      return pending;
    },
    loadConfig: async () => null,
    service: { abortUploads: async () => [] },
    onSent: async () => undefined,
  });
  const sent = sender.send();
  await eventually(() => expect(hasBegun).toBe(true));
  const closed = sender.close();
  reject(new Error('the disk is gone'));
  await expect(sent).rejects.toThrow('the disk is gone');
  await closed;
});
