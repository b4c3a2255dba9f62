import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeLogger } from '../../../src/main/platform/logger';

const SECRET = 'wJalr"XUtn/FEMI+K7';

test('a known secret is in no line of the log, however it got there', async () => {
  const userDataDir = await mkdtemp(path.join(os.tmpdir(), 'logger-test-'));
  onTestFinished(() => rm(userDataDir, { recursive: true, force: true }));
  const { log, hideSecret } = makeLogger(userDataDir);
  hideSecret(SECRET);
  hideSecret('testing');
  log.info(`typed ${SECRET} here`, { text: `a ${SECRET}`, list: [{ deep: SECRET }], [SECRET]: 1 });
  log.warn('as an error', { cause: new Error(`refused ${SECRET}`), json: JSON.stringify({ v: SECRET }) });
  log.error(`in a URL: https://host/?k=${encodeURIComponent(SECRET)}`, { short: 'for testing only' });
  const read = () => readFile(path.join(userDataDir, 'logs', 'main.log'), 'utf8');
  await expect.poll(read).toContain('in a URL');
  const written = await read();
  expect(written).toContain('refused [redacted]');
  for (const spelled of [SECRET, encodeURIComponent(SECRET), JSON.stringify(SECRET).slice(1, -1), 'testing'])
    expect(written).not.toContain(spelled);
});
