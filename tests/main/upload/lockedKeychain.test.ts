import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createUploadConfigStore } from '../../../src/main/uploadConfig';
import { eventually } from '../../eventually';
import { FakeSecretBox } from '../../fakes/FakeSecretBox';
import { storeFailure } from '../../fakes/storeFaults';
import { makeTempDir, MIB } from './support';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const B = '20260101-000000-000b';

/** An app that was closed with an upload to do, and is started while the keychain is locked. */
async function lockedApp() {
  const before = await start();
  await before.value('setUploadConfig', form);
  before.network.up = false;
  await before.sessions.addExported(A, Buffer.alloc(MIB));
  await before.sessions.addExported(B, Buffer.alloc(MIB));
  const failure = storeFailure('unreachable');
  before.store.faults.add({ on: { operation: 'putObject' }, when: 'before', failure });
  await before.value('uploadSession', A);
  await before.untilOnDisk(A, 'pending');
  await before.system.close();
  const { userDataDir, store } = before;
  const settings = () => readFile(path.join(userDataDir, 'upload-config.json'), 'utf8');
  const saved = await settings();
  const secrets = new FakeSecretBox();
  secrets.locked = true;
  const app = await start({ userDataDir, store, secrets });
  return { app, secrets, settings, saved };
}

test('uploads wait while the keychain is locked, and continue by themselves', async () => {
  const { app, secrets, settings, saved } = await lockedApp();
  await eventually(async () =>
    expect((await app.row(A)).upload).toMatchObject({
      status: 'pending',
      error: expect.stringContaining('keychain is locked') as unknown,
    }),
  );
  expect(app.notices.map(({ code }) => code)).toEqual(['SecretLocked']);
  expect(await app.call('uploadSession', B)).toMatchObject({ ok: false, error: { code: 'SecretLocked' } });
  for (let looks = 0; looks < 5; looks++) app.clock.advance(10_000);
  expect(await settings()).toBe(saved);
  expect(app.notices).toHaveLength(1);
  secrets.locked = false;
  await eventually(async () => {
    app.clock.advance(10_000);
    expect((await app.row(A)).uploadStatus).toBe('done');
  });
  expect(await settings()).toBe(saved);
});

test('an upload that is asked for after unlocking needs no wait', async () => {
  const { app, secrets } = await lockedApp();
  secrets.locked = false;
  await app.value('uploadSession', B);
  await app.until(B, 'done');
  await app.until(A, 'done');
});

const SECRET = 'a-secret-that-must-not-leak-1234';
const TOKEN = 'token-that-must-not-leak-either-9876';
const input = {
  bucket: 'recordings',
  region: 'eu-central-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: SECRET,
};

function storeIn(file: string, secrets: FakeSecretBox, unreadable: unknown[] = []) {
  return createUploadConfigStore({
    ...{ file, secrets, clock: { now: () => 7 }, hideSecret: () => undefined },
    onQuarantine: (damaged) => expect.unreachable(damaged.cause),
    onUnreadableSecret: (cause) => unreadable.push(cause),
  });
}

describe('a locked keychain', () => {
  const saved = { ...input, sessionToken: TOKEN };
  async function locked() {
    const file = path.join(await makeTempDir(), 'upload-config.json');
    await storeIn(file, new FakeSecretBox()).saveUploadConfig(saved);
    const box = new FakeSecretBox();
    box.locked = true;
    const told: unknown[] = [];
    const store = storeIn(file, box, told);
    const now = () => readFile(file, 'utf8');
    return { box, told, store, text: await now(), now };
  }
  const unchanged = { ...input, secretAccessKey: undefined, sessionToken: undefined };

  test('is told once, and its secrets count as saved', async () => {
    const { store, told } = await locked();
    for (let times = 0; times < 3; times++)
      expect((await store.view()).config).toMatchObject({
        secretAccessKey: { configured: true, locked: true },
        sessionToken: { configured: true, locked: true },
      });
    expect(told).toHaveLength(1);
    await expect(store.requireWithSecret()).rejects.toMatchObject({ problem: { code: 'SecretLocked' } });
  });

  test.each([
    ['other settings', { ...unchanged, maxRetries: 9 }, 'secretAccessKey'],
    ['a secret without the token', { ...unchanged, secretAccessKey: `${SECRET}x` }, 'sessionToken'],
    ['secret and token', { ...saved, secretAccessKey: `${SECRET}x` }, 'secretAccessKey'],
  ] as const)('has nothing saved over what it keeps: %s', async (_what, typed, field) => {
    const { box, store, text, now } = await locked();
    const verdict = await store.saveUploadConfig(typed);
    expect(verdict).toMatchObject({
      saved: false,
      fieldErrors: { [field]: expect.stringMatching(/keychain .*[Uu]nlock it/) as unknown },
    });
    expect(await now()).toBe(text);
    box.locked = false;
    expect(await store.loadWithSecret()).toMatchObject({ secretAccessKey: SECRET, sessionToken: TOKEN });
    expect(await store.saveUploadConfig(typed)).toMatchObject({ saved: true });
  });

  test('can be done without by a new secret and token that the system can keep', async () => {
    const { box, store } = await locked();
    box.encrypt = (plain) => new FakeSecretBox().encrypt(plain);
    const typed = { ...saved, secretAccessKey: `${SECRET}x` };
    expect(await store.saveUploadConfig(typed)).toMatchObject({ saved: true });
    box.locked = false;
    expect(await store.loadWithSecret()).toMatchObject({
      secretAccessKey: `${SECRET}x`,
      sessionToken: TOKEN,
    });
  });
});
