import { expect, test } from 'vitest';
import { progressPayload } from '../../../src/main/upload/progressPayload';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import { joinRows } from '../../../src/main/upload/sessionRows';
import type { RecordingSummary } from '../../../src/main/sessionsPort';
import type { UploadState } from '../../../src/shared/upload';
import { makeTempDir } from './support';

test('of thousands of bundles that are gone, few summaries are read at a time', async () => {
  const dir = await makeTempDir();
  const recordings = Array.from({ length: 500 }, (_none, n): RecordingSummary => {
    const sessionId = `20260101-000000-${String(n).padStart(4, '0')}`;
    const counts = { actionCount: 0, screenshotCount: 0 };
    return { sessionId, createdAt: n, ...counts, isExported: true, condition: 'export-failed' };
  });
  let open = 0;
  let most = 0;
  const sessions = {
    bundleFile: (sessionId: string) => `${dir}/${sessionId}.zip`,
    bundleDamage: () => Promise.resolve(null),
    async madeBundle() {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { size: 2, modifiedAt: 0 };
    },
  };
  const find = (sessionId: string) => {
    const file = { size: 1, mtimeMs: 0 };
    const state: UploadState = { ...newUploadState(sessionId, 0), status: 'done', file };
    return { state, payload: progressPayload(state) };
  };
  const rows = await joinRows(
    recordings,
    { find, whyUnread: () => undefined, canAsk: () => false },
    sessions,
  );
  expect(rows.every(({ changedSinceUpload }) => changedSinceUpload)).toBe(true);
  expect(most).toBeLessThanOrEqual(32);
});
