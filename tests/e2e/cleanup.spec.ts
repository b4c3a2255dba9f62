import { existsSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UploadStatus } from '../../src/shared/upload';
import { makeExportedSession } from '../fixtures/exportedSession';
import { showSessions } from './harness/list';
import { expect, neverRetry, test } from './harness/test';

neverRetry();

const DAY_MS = 24 * 3600 * 1000;

test('clean-up: what has content or an upload survives a start, an empty old session goes', async ({
  launch,
  userDataDir,
}) => {
  const old = Date.now() - 3 * DAY_MS;
  const kept: string[] = [];
  for (const [index, status] of (['pending', 'uploading', 'done'] as const).entries())
    kept.push(await emptySession(userDataDir, old + index * 1000, status));
  kept.push(await withActions(userDataDir, old + 5000));
  kept.push((await makeExportedSession(userDataDir, { sizeBytes: 1000, createdAt: old + 6000 })).folder);
  const emptyYoung = await emptySession(userDataDir, Date.now() - 3600_000);
  const emptyOld = await emptySession(userDataDir, old + 8000);

  const { page } = await launch();
  await expect(await showSessions(page)).toHaveCount(kept.length + 1);
  for (const folder of [...kept, emptyYoung]) expect(existsSync(folder), folder).toBe(true);
  expect(existsSync(emptyOld)).toBe(false);
});

/** A session that recorded nothing: made as the recorder makes it, less its content. */
async function emptySession(userDataDir: string, createdAt: number, upload?: UploadStatus): Promise<string> {
  const session = await makeExportedSession(userDataDir, { sizeBytes: 0, createdAt });
  for (const name of ['.exported', 'session-meta.json', `${session.sessionId}.zip`])
    await rm(path.join(session.folder, name));
  if (upload)
    await writeFile(
      path.join(session.folder, 'upload-state.json'),
      JSON.stringify(state(session.sessionId, upload)),
    );
  await utimes(session.folder, createdAt / 1000, createdAt / 1000);
  return session.folder;
}

async function withActions(userDataDir: string, createdAt: number): Promise<string> {
  const folder = await emptySession(userDataDir, createdAt);
  await mkdir(path.join(folder, 'screenshots'), { recursive: true });
  const action = { type: 'press', tUs: 1, display: '0', epoch: 0, x: 1, y: 1, button: 1, modifiers: [] };
  await writeFile(path.join(folder, 'actions.jsonl'), `${JSON.stringify(action)}\n`);
  return folder;
}

function state(sessionId: string, status: UploadStatus) {
  return {
    version: 1,
    sessionId,
    status,
    bytesUploaded: 0,
    totalBytes: 10,
    retryCount: 0,
    maxRetries: 10,
    createdAt: 1,
    updatedAt: 1,
    generation: 1,
    pendingAborts: [],
  };
}
