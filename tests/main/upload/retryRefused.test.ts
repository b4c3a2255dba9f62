import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../eventually';
import { startLocalBucket } from '../../../local-bucket/localBucket';
import type { SessionListItem, UploadConfigInput } from '../../../src/main/types';
import { makeExportedSession } from '../../fixtures/exportedSession';
import { Host } from '../appHost';
import { makeTempDir } from './support';

/** The whole app over a folder with one exported session that the bucket has refused for a wrong secret. */
async function refusedUpload() {
  const bucket = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => bucket.close());
  const userDataDir = await makeTempDir();
  const { sessionId } = await makeExportedSession(userDataDir, { sizeBytes: 1000 });
  const host = new Host(userDataDir);
  await host.start();
  onTestFinished(() => host.quit());
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
  const input: UploadConfigInput = {
    ...{ endpoint, region, bucket: bucket.bucket, forcePathStyle: true, allowHttp: true },
    ...{ accessKeyId, secretAccessKey: 'a-wrong-secret' },
  };
  const row = async () => (await host.value<SessionListItem[]>('listSessions'))[0]!;
  const until = (status: string) => eventually(async () => expect((await row()).uploadStatus).toBe(status));
  await host.value('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  await until('failed');
  expect((await row()).upload?.errorDetail?.code).toBe('SignatureDoesNotMatch');
  return { host, userDataDir, right: { ...input, secretAccessKey }, until };
}

test('an upload that was refused for a wrong secret is tried by itself once the right one is saved', async () => {
  const { host, right, until } = await refusedUpload();
  expect(await host.value('setUploadConfig', right)).toMatchObject({ saved: true });
  await until('done');
});

test('so is one at a start that hands over other settings', async () => {
  const { host, userDataDir, right } = await refusedUpload();
  await host.quit();
  const presetDestinationFile = path.join(userDataDir, 'preset.json');
  await writeFile(presetDestinationFile, JSON.stringify(right));
  const again = new Host(userDataDir);
  await again.start({ presetDestinationFile });
  onTestFinished(() => again.quit());
  await eventually(async () =>
    expect(await again.value<SessionListItem[]>('listSessions')).toMatchObject([{ uploadStatus: 'done' }]),
  );
});
