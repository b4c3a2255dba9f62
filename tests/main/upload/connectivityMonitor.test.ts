import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { storeFailure } from '../../fakes/storeFaults';
import { MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';

/** An app whose endpoint was down for the first attempts of an upload. */
async function offlineApp(attempts: number) {
  const app = await start();
  app.network.up = false;
  await app.sessions.addExported(A, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  const failure = storeFailure('unreachable', 'ENOTFOUND');
  app.store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure, times: attempts });
  await app.value('uploadSession', A);
  const waits = () =>
    eventually(async () => expect((await app.row(A)).upload?.reason).toMatchObject({ kind: 'network' }));
  await waits();
  return { ...app, waits };
}

test('an upload goes on within five seconds of the network’s return, however long it was gone', async () => {
  // Five attempts in a row make the next wait 30 s long.
  const app = await offlineApp(6);
  for (let attempt = 1; attempt < 6; attempt++) {
    app.clock.advance(app.clock.untilNextTimer()!);
    await eventually(() => expect(app.network.knocks + attempt).toBeGreaterThan(0));
    app.clock.advance(30_000);
    await app.waits();
  }
  app.network.up = true;
  await eventually(async () => {
    app.clock.advance(1000);
    expect((await app.row(A)).uploadStatus).toBe('done');
  });
});

test('nobody knocks while nothing waits for the network', async () => {
  const app = await offlineApp(1);
  await app.value('pauseUpload', A);
  const before = app.network.knocks;
  app.clock.advance(60_000);
  expect(app.network.knocks).toBe(before);
});
