// The demo itself; needs Node ≥ 22.13 and a prepared clone (npm run demo provides both).
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { _electron } from '@playwright/test';
import { startBucket } from '../lib/bucketProcess.mjs';
import { inRoot } from '../lib/paths.mjs';
import { startDesktop } from '../lib/xvfb.mjs';
import { actOnScreen } from './actOnScreen.mjs';

const SECONDS = 6;
const startedAt = Date.now();
const out = inRoot('demo-output');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const userDataDir = mkdtempSync(path.join(os.tmpdir(), 'session-recorder-demo-'));

let picture = 0;
async function step(text, page, name) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
  let file = '';
  if (page) {
    file = path.join('demo-output', `${String(++picture).padStart(2, '0')}-${name}.png`);
    await page.screenshot({ path: inRoot(file) });
  }
  console.log(`${seconds} s  ${text}${file ? `\n         ${file}` : ''}`);
}

const display = process.platform === 'linux' ? await startDesktop() : undefined;
const bucket = await startBucket(process.execPath, path.join(userDataDir, 'bucket'), 0);
await step(`Local bucket "${bucket.bucket}" at ${bucket.endpoint}`);

const app = await _electron.launch({
  args: ['.', `--user-data-dir=${userDataDir}`, `--preset-destination=${bucket.settingsFile}`],
  env: { ...process.env, ...(display && { DISPLAY: display.display }) },
});
const page = await app.firstWindow();
await page.getByRole('button', { name: 'Record', exact: true }).click();
await page.getByRole('button', { name: 'Start recording' }).waitFor();
await step(
  `App open in ${process.env.SESSION_RECORDER_RUNTIME === 'electron' ? 'Electron' : 'the Chromium shell'}`,
  page,
  'ready',
);

await page.getByRole('button', { name: 'Start recording' }).click();
const toolbar = await windowAt('/toolbar/');
await toolbar.getByRole('button', { name: 'Stop' }).waitFor();
// A second or more: on a busy machine the first second may pass before this check.
await toolbar.getByRole('timer').filter({ hasText: /[1-9]/ }).waitFor();
await step('Recording the whole screen', toolbar, 'toolbar');
await actOnScreen(display?.display, SECONDS);
await toolbar.getByRole('button', { name: 'Stop' }).click();

await page.getByRole('button', { name: 'Sessions' }).click();
const row = page
  .getByRole('listitem')
  .filter({ has: page.getByRole('status') })
  .first();
const upload = row.getByRole('button', { name: 'Upload', exact: true });
await upload.waitFor({ timeout: 60_000 });
const [sessionId] = readdirSync(path.join(userDataDir, 'sessions'));
const bundle = path.join(userDataDir, 'sessions', sessionId, `${sessionId}.zip`);
await page.waitForFunction(() =>
  [...document.querySelectorAll('button')].some(
    (b) => b.textContent === 'Upload' && !b.disabled && b.getAttribute('aria-disabled') !== 'true',
  ),
);
await step(`Exported ${path.basename(bundle)}, ${statSync(bundle).size} bytes`, page, 'exported');

await upload.click();
await row.getByText('Uploaded', { exact: true }).waitFor({ timeout: 60_000 });
await step('Uploaded; the app compared size and checksum with the bucket', page, 'uploaded');

const key = `sessions/${sessionId}/${sessionId}.zip`;
const s3 = new S3Client({
  region: bucket.region,
  endpoint: bucket.endpoint,
  forcePathStyle: true,
  credentials: { accessKeyId: bucket.accessKeyId, secretAccessKey: bucket.secretAccessKey },
});
const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: key }));
const [there, here] = [await sha256(Body), await sha256(createReadStream(bundle))];
await step(
  `Read back s3://${bucket.bucket}/${key}\n         in the bucket ${there}\n         on disk       ${here}`,
);

await app.close();
bucket.stop();
display?.stop();
rmSync(userDataDir, { recursive: true, force: true });
console.log(
  there === here ? 'The object equals the bundle, byte for byte.' : 'THE OBJECT DIFFERS FROM THE BUNDLE.',
);
process.exit(there === here ? 0 : 1);

/** A window is announced before its page is loaded, so this waits for its URL. */
async function windowAt(place) {
  for (let tries = 0; tries < 300; tries++) {
    const found = app.windows().find((window) => window.url().includes(place));
    if (found) return found;
    await wait(100);
  }
  throw new Error(`no window at ${place} within 30 s`);
}

async function sha256(stream) {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
